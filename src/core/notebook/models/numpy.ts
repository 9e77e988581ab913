import type { CallEvent } from '../check.ts';
import type { Machine } from '../machine.ts';
import { constant, typed, UNKNOWN, type Value } from '../values.ts';
import { operatePandas } from './pandas.ts';

const ELEMENTWISE =
  /^numpy\.(log|log1p|log2|log10|exp|expm1|sqrt|abs|absolute|sign|tanh|clip|nan_to_num|square|round|negative|isnan|isfinite|isinf|asarray|array)$/;
const FLOATS = /^numpy\.(mean|std|var|median|nanmean|nanstd|nanvar|nanmedian|average|percentile|quantile|nanpercentile|corrcoef)$/;
const SCALARS = /^numpy\.(sqrt|log|exp|abs|log1p|sign|square|tanh|clip)$/;
const INDEXES = /^numpy\.(argmax|argmin|nanargmax|count_nonzero)$/;
const MADE = /^numpy\.(zeros|ones|empty|full)$/;

/** What numpy gives; null for what is not known here. */
export function callNumpy(event: CallEvent, machine: Machine): Value | null {
  const { path, args, keywords, self } = event;
  if (path.startsWith('numpy.ndarray.')) return callArray(event, machine, path.slice(14));
  if (self !== null || !path.startsWith('numpy.')) return null;
  const [first] = args;
  const thing = first === undefined ? null : machine.state.thing(first);
  if (FLOATS.test(path) && path !== 'numpy.corrcoef') return keywords.has('axis') || args.length > 1 ? UNKNOWN : typed('np.float64');
  if (INDEXES.test(path)) return keywords.has('axis') || args.length > 1 ? UNKNOWN : typed('np.int64');
  if (path === 'numpy.sum' && thing !== null && !keywords.has('axis'))
    return thing.t === 'array' && thing.type === 'bool' ? typed('np.int64') : UNKNOWN;
  if (SCALARS.test(path) && first !== undefined && (first.k === 'const' || (first.k === 'of' && first.type.startsWith('np.'))))
    return typed('np.float64');
  if (ELEMENTWISE.test(path) && first !== undefined && thing !== null && path !== 'numpy.array' && path !== 'numpy.asarray') {
    const result = operatePandas(machine, '+', first, constant(0));
    if (result !== null) return result;
  }
  if (/^numpy\.(as)?array$/.test(path)) {
    if (thing?.t === 'frame') return machine.state.make({ t: 'array', dims: 2, type: thing.type });
    if (thing?.t === 'series') return machine.state.make({ t: 'array', dims: 1, type: thing.type });
    return machine.state.make({ t: 'array', dims: thing?.t === 'array' ? thing.dims : null, type: null });
  }
  if (MADE.test(path)) return machine.state.make({ t: 'array', dims: countDims(machine, first), type: null });
  const scalar = /^numpy\.(float32|float64|int64|int32|bool_)$/.exec(path)?.[1];
  return scalar === undefined || thing !== null ? null : typed(`np.${scalar === 'int32' ? 'int64' : scalar}`);
}

function countDims(machine: Machine, shape: Value | undefined): number | null {
  if (shape === undefined) return null;
  const thing = machine.state.thing(shape);
  if (thing?.t === 'list') return thing.kind === 'tuple' ? (thing.items?.length ?? null) : null;
  return shape.k === 'const' || (shape.k === 'of' && shape.type === 'int') ? 1 : null;
}

function callArray(event: CallEvent, machine: Machine, name: string): Value {
  const thing = event.self === null ? null : machine.state.thing(event.self);
  if (thing?.t !== 'array') return UNKNOWN;
  const { state } = machine;
  if (name === 'flatten' || name === 'ravel') return state.make({ ...thing, dims: 1 });
  if (name === 'squeeze') return state.make({ ...thing, dims: thing.dims === 1 ? 1 : null });
  if (name === 'astype' || name === 'copy' || name === 'clip') return state.make({ ...thing, type: null });
  if (name === 'reshape') {
    const shape = event.args.length === 1 ? countDims(machine, event.args[0]) : event.args.length;
    return state.make({ ...thing, dims: event.args.length === 0 ? null : shape });
  }
  if (name === 'tolist') return state.make({ t: 'list', kind: 'list', items: null });
  const whole = event.args.length === 0 && !event.keywords.has('axis');
  if (whole && ['mean', 'std', 'var'].includes(name)) return typed('np.float');
  if (whole && name === 'sum' && thing.type === 'bool') return typed('np.int64');
  if (whole && (name === 'any' || name === 'all')) return typed('np.bool_');
  return whole && (name === 'argmax' || name === 'argmin') ? typed('np.int64') : UNKNOWN;
}
