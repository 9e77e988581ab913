/** What the start of an experiment may say instead of its project.yaml, for this experiment alone. Pure. */
import { z } from 'zod';
import { GateThresholds } from '../gates/spec.ts';
import { StopMetric, type Project } from './project.ts';

/** Names of the limits of all gates. */
export const LIMITS = GateThresholds.keyof();
type Limit = z.infer<typeof LIMITS>;
const MOST_HOURS = 10_000;
const MOST_TYPED = 2_000;

export const LoopChoices = z.object({
  /** The gain of gate 3 by which attempts are compared. */
  metric: StopMetric.optional(),
  /** Limits of gates. */
  gates: z.partialRecord(LIMITS, z.number()).optional(),
  /** Hours of Kaggle that one feature may cost. */
  budgetHours: z.number().gt(0).max(MOST_HOURS).optional(),
});
export type LoopChoices = z.infer<typeof LoopChoices>;

/** As a person typed it; empty where nothing was. */
export interface TypedChoices {
  readonly metric: string;
  readonly gates: string;
  readonly budget: string;
}

/** Reads what was typed; what cannot be meant is told by the name of its field. */
export function readChoices(typed: TypedChoices): { choices: LoopChoices; problems: Partial<Record<keyof TypedChoices, string>> } {
  const choices: LoopChoices = {};
  const problems: Partial<Record<keyof TypedChoices, string>> = {};
  const metric = StopMetric.safeParse(typed.metric.trim());
  if (metric.success) choices.metric = metric.data;
  else if (typed.metric.trim() !== '') problems.metric = `Attempts are compared by one of ${StopMetric.options.join(', ')}.`;
  const hours = Number(typed.budget);
  if (typed.budget.trim() !== '') {
    if (hours > 0 && hours <= MOST_HOURS) choices.budgetHours = hours;
    else problems.budget = `A number of hours above 0 and up to ${MOST_HOURS}, such as 12 or 0.5.`;
  }
  const gates = readLimits(typed.gates);
  if (typeof gates === 'string') problems.gates = gates;
  else if (Object.keys(gates).length > 0) choices.gates = gates;
  return { choices, problems };
}

/** `vif=8, mae=-0.02` as limits, also with colons and blanks, or what is wrong with it. */
function readLimits(typed: string): Partial<Record<Limit, number>> | string {
  const limits: Partial<Record<Limit, number>> = {};
  if (typed.length > MOST_TYPED) return 'That is too long for a few limits.';
  const pieces = typed.replaceAll(/\s{0,3}[=:]\s{0,3}/g, '=').split(/[\s,;]+/);
  for (const piece of pieces.filter((one) => one !== '')) {
    const [name = '', number = '', more] = piece.split('=');
    const limit = LIMITS.safeParse(name);
    if (!limit.success) return `There is no limit “${name.slice(0, 40)}”. There are: ${LIMITS.options.join(', ')}.`;
    if (number === '' || more !== undefined || Number.isNaN(Number(number)))
      return `“${piece.slice(0, 60)}” is no limit; write ${limit.data}=NUMBER.`;
    if (limit.data in limits) return `${limit.data} is given twice.`;
    const value = GateThresholds.shape[limit.data].safeParse(Number(number));
    if (!value.success) return `${limit.data} ${value.error.issues[0]?.message.replace(/^Invalid input: /, '') ?? 'does not fit'}.`;
    limits[limit.data] = value.data;
  }
  return limits;
}

/** The project as this experiment takes it. */
export function applyChoices(project: Project, { metric, gates, budgetHours }: LoopChoices): Project {
  const stop = {
    ...project.stop,
    ...(metric === undefined ? {} : { metric }),
    ...(budgetHours === undefined ? {} : { budget_hours: budgetHours }),
  };
  return { ...project, stop, gates: { ...project.gates, ...gates } };
}

/** What was chosen, in a few words each; nothing for what project.yaml says. */
export function listChoices({ metric, gates, budgetHours }: LoopChoices): string[] {
  return [
    ...(metric === undefined ? [] : [`attempts compared by ${metric}`]),
    ...(budgetHours === undefined ? [] : [`at most ${String(budgetHours)} h of Kaggle a feature`]),
    ...Object.entries(gates ?? {}).map(([name, value]) => `${name} ${String(value)}`),
  ];
}
