/** Numbers in the source itself that lengthen the work, for programs whose command line says nothing of it. */
import { linesOf } from '../input.ts';
import { lastName } from '../python.ts';
import type { Source } from '../sources.ts';
import { roleOf } from './roles.ts';

export interface Constant {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  /** 0-based. */
  readonly column: number;
  readonly role: 'steps' | 'epochs';
}

const MAX_LINES = 80;
/** Calls that train, or that hold what a training is told. */
const TRAINS = /^(fit|fit_generator|learn|train|\w*Trainer)$/;
const HOLDS = /^(dict|run|main|fit|fit_generator|learn|train|\w*(Trainer|Config|Args|Arguments|Params))$/;
/** Counts that may be those of a noise schedule or of a rollout. */
const DOUBTFUL = /^(n_?|num_?)?(time)?_?steps$/;

/** Every such number with its place, each place once. */
export function readConstants(source: Source): Constant[] {
  const found = new Map<string, Constant>();
  for (const item of [...readAssigned(source), ...readLoops(source), ...readKeywords(source), ...readDictionaries(source)])
    if (!found.has(`${String(item.line)}:${String(item.column)}`)) found.set(`${String(item.line)}:${String(item.column)}`, item);
  return [...found.values()];
}

function readAssigned(source: Source): Constant[] {
  return source.module.assignments.flatMap(({ target, value, inClass }) => {
    const isSetting = inClass === null || /config|args|hparams|opt|setting|param/i.test(inClass);
    if (value?.kind !== 'number' || !isSetting) return [];
    return make(target, value);
  });
}

/** `for epoch in range(100)` around a step of an optimiser. */
function readLoops(source: Source): Constant[] {
  const lines = linesOf(source.text);
  return source.module.loops.flatMap((loop): Constant[] => {
    const limit = loop.iterable.call?.args.at(loop.iterable.call.args.length > 1 ? 1 : 0);
    if (!/^(x?range|trange|tqdm)$/.test(loop.iterable.call?.name ?? '') || limit === undefined || !isCount(limit.text)) return [];
    const body = lines.slice(loop.line, loop.lastLine).join('\n');
    if (!/\.backward\(|\.step\(|train_on_batch|apply_gradients/.test(body)) return [];
    const role = /epoch/.test(loop.variable) ? 'epochs' : 'steps';
    return [{ name: `for ${loop.variable}`, value: limit.text, line: limit.line, column: limit.column, role }];
  });
}

/** `model.fit(x, y, epochs=20)`, `dict(num_epochs=300)`. */
function readKeywords(source: Source): Constant[] {
  return source.module.calls.flatMap((call) => {
    const callee = lastName(call.name);
    if (!HOLDS.test(callee)) return [];
    return [...call.keywords].flatMap(([name, value]) =>
      value.kind !== 'number' || (DOUBTFUL.test(name) && !TRAINS.test(callee)) ? [] : make(name, value),
    );
  });
}

/** `config = {'num_epochs': 300}`, and such dictionaries within it. */
function readDictionaries(source: Source): Constant[] {
  const lines = linesOf(source.text);
  return source.module.assignments.flatMap(({ target, value }) => {
    if (value === null || !value.text.startsWith('{') || !/conf|cfg|arg|param|opt|setting|variant|hyper/i.test(target)) return [];
    const found: Constant[] = [];
    let depth = 0;
    for (let index = value.line - 1; index < Math.min(lines.length, value.line - 1 + MAX_LINES); index += 1) {
      const line = (lines[index] ?? '').slice(0, 400);
      for (const match of line.matchAll(/["'](\w{1,60})["']\s{0,9}:\s{0,9}(\d[\d_]{0,12})(?=\s{0,9}(?:[,}#]|$))/g)) {
        const column = match.index + match[0].length - (match[2] ?? '').length;
        if (!DOUBTFUL.test(match[1] ?? '')) found.push(...make(match[1] ?? '', { text: match[2] ?? '', line: index + 1, column }));
      }
      depth += (line.match(/\{/g)?.length ?? 0) - (line.match(/\}/g)?.length ?? 0);
      if (depth <= 0) break;
    }
    return found;
  });
}

function make(name: string, { text, line, column }: { readonly text: string; readonly line: number; readonly column: number }): Constant[] {
  const role = roleOf(name);
  return isCount(text) && (role === 'steps' || role === 'epochs') ? [{ name, value: text, line, column, role }] : [];
}

/** A whole number worth bounding; 0 and 1 are where counters start. */
function isCount(text: string): boolean {
  return /^[\d_]+$/.test(text) && Number(text.replaceAll('_', '')) > 1;
}
