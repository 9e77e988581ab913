/** Environment variables from which a program takes how long it trains. Pure. */
import { roleOf } from '../repo-map/arguments/roles.ts';
import { shortenEpochs, shortenSteps, type BoundChoice } from './bounds.ts';
import { numberOf } from './numbers.ts';
import type { SamplePlan } from './schema.ts';

export interface VariableChoice {
  readonly choice: BoundChoice;
  readonly bounds: SamplePlan['bounds'];
  readonly env: Readonly<Record<string, string>>;
}

const READS = /\b(?:environ\.get|getenv)\(\s{0,20}['"]([A-Za-z_]\w{0,60})['"]\s{0,20},\s{0,20}['"]?(\d[\d_]{0,12})['"]?\s{0,20}\)/g;

/** The first variable for steps, or else for epochs, that the text reads with a number as its default; null when there is none. */
export function chooseVariables(text: string): VariableChoice | null {
  const found = Array.from(text.matchAll(READS), (match) => ({ name: match[1] ?? '', full: numberOf(match[2] ?? '') }));
  const of = (role: 'steps' | 'epochs') => found.find((item) => roleOf(item.name) === role && (item.full ?? 0) > 1);
  const steps = of('steps');
  const chosen = steps ?? of('epochs');
  if (chosen === undefined) return null;
  const total = steps === undefined ? shortenEpochs(chosen.full) : shortenSteps(chosen.full);
  const why = steps === undefined ? 'one pass over the data; an environment variable' : 'a short training; an environment variable';
  return {
    choice: { settings: [], expected: { unit: steps === undefined ? 'epoch' : 'step', total }, isShort: steps !== undefined },
    bounds: [{ argument: chosen.name, value: String(total), fullValue: String(chosen.full), why, by: 'environment' }],
    env: { [chosen.name]: String(total) },
  };
}
