import type { CallEvent, Fault } from './check.ts';
import type { Value } from './values.ts';

function asNumber(value: Value | undefined): number | null {
  return value?.k === 'const' && typeof value.value === 'number' ? value.value : null;
}

/** What is wrong with the bounds of one suggestion; null when nothing is, or they are not known. */
export function judgeBounds(event: CallEvent, name: string): Fault | null {
  if (!/_(int|float|loguniform|uniform)$/.test(event.path)) return null;
  const low = asNumber(event.args[1] ?? event.keywords.get('low'));
  const high = asNumber(event.args[2] ?? event.keywords.get('high'));
  const log = event.keywords.get('log');
  const isLog = (log?.k === 'const' && log.value === true) || event.path.endsWith('loguniform');
  const refuse = (message: string, fix: string): Fault => ({ level: 'error', raises: 'ValueError', message, fix });
  if (low !== null && high !== null && low > high)
    return refuse(`The lower bound of ${name} is above its upper bound.`, 'Swap the bounds.');
  if (isLog && low !== null && low <= 0)
    return refuse(
      `${name} is to be sampled on a log scale from ${String(low)}, which has no logarithm.`,
      'Start above zero, or leave log out.',
    );
  const step = event.keywords.get('step');
  if (isLog && step !== undefined && step.k === 'const' && step.value !== 1 && step.value !== null)
    return refuse(`${name} has both log and step, and Optuna takes one of them.`, 'Leave one of them out.');
  return null;
}
