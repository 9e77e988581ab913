import type { Given, Machine } from './machine.ts';
import { typed, type Thing, type Value } from './values.ts';

/** The full name of what a value is an instance of. */
export function nameOf(machine: Machine, value: Value): string {
  if (value.k === 'const')
    return value.value === null ? 'None' : typeof value.value === 'string' ? 'str' : typeof value.value === 'number' ? 'float' : 'bool';
  if (value.k === 'of') return value.type.replace(/:.*$/s, '');
  if (value.k === 'ext') return value.path;
  const thing = machine.state.thing(value);
  return thing === null ? '?' : nameOfThing(thing);
}

function nameOfThing(thing: Thing): string {
  const names = {
    frame: 'pandas.DataFrame',
    series: 'pandas.Series',
    columns: 'pandas.Index',
    dates: 'pandas.DatetimeIndex',
    array: 'numpy.ndarray',
    dict: 'dict',
  } as const;
  if (thing.t === 'list') return thing.kind;
  if (thing.t === 'instance') return thing.cls;
  return thing.t === 'object' ? '?' : names[thing.t];
}

/** Something made by a class from outside, with what it was given. */
export function makeInstance(machine: Machine, cls: string, given: Pick<Given, 'args' | 'keywords' | 'open' | 'line'>): Value {
  const args = new Map<string, Value>([...given.args.map((value, index) => [`#${index}`, value] as const), ...given.keywords]);
  return machine.state.make({ t: 'instance', cls, args, open: given.open, line: given.line });
}

/** A string, path or template of one, as far as it is plain. */
export function asText(value: Value | undefined): string | null {
  if (value?.k === 'const' && typeof value.value === 'string') return value.value;
  return value?.k === 'of' && value.type.startsWith('Path:') ? value.type.slice(5) : null;
}

/** A pathlib path. */
export function pathValue(text: string | null): Value {
  return typed(text === null ? 'Path' : `Path:${text}`);
}
