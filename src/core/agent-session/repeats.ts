import type { Call } from './schema.ts';

/** From how many times on the model is told that it repeats itself. */
const TOLD_FROM = 3;

/** How many calls in a row, up to the one at this place, were the same call with the same result; 0 where it has no result. */
export function countRepeats(calls: readonly Call[], place: number): number {
  const last = calls[place];
  if (last === undefined || last.result === null) return 0;
  const key = describe(last);
  let times = 1;
  while (times <= place && describe(calls[place - times]) === key) times += 1;
  return times;
}

/** What is said below an answer that came before; nothing while that may be chance. */
export function warnOfRepeats(times: number): string {
  if (times < TOLD_FROM) return '';
  return `\n[This is the same call with the same answer for the ${times}. time in a row. It will not change: do something else, ask a person, or give up with what you know.]`;
}

function describe(call: Call | undefined): string {
  return call === undefined ? '' : JSON.stringify([call.name, call.input, call.result]);
}
