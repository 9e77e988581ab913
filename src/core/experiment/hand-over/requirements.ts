import { z } from 'zod';
import { listTwice, Name, Summary, Words, type Bounds, type Fault } from './parts.ts';

/** What the entrance hands to the researcher. Limits of gates are not in it: they stand in the project, and nobody rewrites them here. */
export const Requirements = z.strictObject({
  summary: Summary,
  goal: Words.describe('what is to be predicted, for whom, and what decision it serves'),
  target: z.strictObject({
    name: Name,
    definition: Words.describe('as a formula over dated columns, such as close[t+1] / close[t] - 1'),
    horizon: z.number().int().min(0).max(400).describe('rows between the last thing known and what is predicted'),
    unit: Name,
  }),
  features: z
    .array(
      z.strictObject({ name: Name, why: Words, known: Words.describe('when in the day, and how many days late, its value can be known') }),
    )
    .min(1)
    .max(60),
  constraints: z.array(Words).max(20),
  openQuestions: z.array(z.strictObject({ question: Words, assumed: Words.describe('what is assumed until somebody answers') })).max(10),
});
export type Requirements = z.infer<typeof Requirements>;

/** What does not fit the project. */
export function checkRequirements(requirements: Requirements, bounds: Bounds): Fault[] {
  const named = requirements.features.map((feature) => feature.name);
  const missing = bounds.features.filter((name) => !named.includes(name));
  const foreign = named.filter((name) => !bounds.features.includes(name));
  return [
    ...listTwice(named).map((name) => ({ at: 'features', message: `${name} stands there twice` })),
    ...missing.map((name) => ({ at: 'features', message: `${name} of the project is missing` })),
    ...foreign.map((name) => ({ at: 'features', message: `${name} is none of the project’s features; ask for it in openQuestions` })),
  ];
}
