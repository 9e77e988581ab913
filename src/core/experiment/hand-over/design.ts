import { z } from 'zod';
import { FileName, listTwice, Name, Summary, Words, type Bounds, type Fault } from './parts.ts';

const Identifier = z
  .string()
  .max(80)
  .regex(/^[A-Za-z_]\w*$/, 'is a name as in Python');

/** A range that stands still: nothing in it depends on another parameter or on a trial. */
export const SearchParameter = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('int'),
    name: Identifier,
    low: z.number().int(),
    high: z.number().int(),
    log: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('float'), name: Identifier, low: z.number(), high: z.number(), log: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal('categorical'),
    name: Identifier,
    choices: z
      .array(z.union([z.string().max(80), z.number(), z.boolean(), z.null()]))
      .min(2)
      .max(12),
  }),
]);
export type SearchParameter = z.infer<typeof SearchParameter>;

/** What the architect hands to the builders. */
export const Design = z.strictObject({
  summary: Summary,
  part: Name.describe('the feature, or meta'),
  hypothesis: Words.describe(
    'which regime or persistence is extracted, and why it should tell something of the target that the raw feature does not',
  ),
  data: z
    .array(
      z.strictObject({
        file: FileName,
        columns: z.array(Name).min(1).max(60),
        knownAfter: z
          .number()
          .int()
          .min(0)
          .max(400)
          .describe(
            'rows after its date on which a value can first be known: 0 only for what is known before the decision of the same day',
          ),
      }),
    )
    .min(1)
    .max(20),
  construction: z
    .array(
      z.strictObject({
        name: Identifier,
        from: z
          .array(z.strictObject({ file: FileName, column: Name }))
          .min(1)
          .max(10),
        how: Words,
        lag: z.number().int().min(0).max(400).describe('rows by which the newest value used is older than the row'),
        window: z.number().int().min(1).max(2000).nullable().describe('rows of the trailing window; null for none'),
        fittedOn: z.enum(['nothing', 'training rows', 'past rows of each fold']),
      }),
    )
    .min(1)
    .max(40),
  model: z.strictObject({ family: Name, library: Name, why: Words }),
  search: z.strictObject({
    parameters: z.array(SearchParameter).max(12),
    trials: z.number().int().min(1).max(200),
    objective: Words.describe('what is maximised, on which rows; never on test rows'),
  }),
  validation: z.strictObject({
    scheme: z.enum(['walk-forward, expanding', 'walk-forward, sliding', 'one cut']),
    folds: z.number().int().min(1).max(20),
    trainUntil: z.iso.date(),
    validateUntil: z.iso.date(),
    embargo: z.number().int().min(0).max(400).describe('rows left out between training and validation'),
  }),
  outputs: z
    .array(z.strictObject({ file: FileName, columns: z.array(Name).min(1).max(20) }))
    .min(1)
    .max(10),
  minutes: z.number().int().min(1).max(720).describe('of one run at Kaggle: folds × trials × time of a fit, doubled'),
  risks: z.array(Words).min(1).max(8),
});
export type Design = z.infer<typeof Design>;

/** What lets the future in, cannot be searched, or is not what the gates will read. */
export function checkDesign(design: Design, bounds: Bounds): Fault[] {
  return [
    ...(design.part === bounds.part ? [] : [{ at: 'part', message: `this is about ${bounds.part}` }]),
    ...checkConstruction(design),
    ...checkSearch(design.search, bounds),
    ...checkSplit(design.validation, bounds),
    ...checkOutputs(design, bounds),
    ...(design.minutes <= bounds.minutes ? [] : [{ at: 'minutes', message: `${bounds.minutes} were allowed` }]),
  ];
}

function checkConstruction({ data, construction }: Design): Fault[] {
  const twice = listTwice(construction.map(({ name }) => name)).map((name) => ({
    at: 'construction',
    message: `${name} stands there twice`,
  }));
  const faults = construction.flatMap(({ name, from, lag }) =>
    from.flatMap(({ file, column }): Fault[] => {
      const source = data.find((one) => one.file === file);
      if (source === undefined || !source.columns.includes(column))
        return [{ at: `construction.${name}`, message: `${column} of ${file} is not among the data` }];
      if (lag >= source.knownAfter) return [];
      const late = `${column} of ${file} is known ${source.knownAfter} rows late, and a lag of ${lag} reads it before that`;
      return [{ at: `construction.${name}`, message: `${late}: it leaks` }];
    }),
  );
  return [...twice, ...faults];
}

function checkSearch({ parameters, trials }: Design['search'], bounds: Bounds): Fault[] {
  const at = (name: string): string => `search.${name}`;
  const ranges = parameters.flatMap((one): Fault[] => {
    if (one.kind === 'categorical')
      return listTwice(one.choices.map(String)).map((choice) => ({ at: at(one.name), message: `the choice ${choice} stands there twice` }));
    const { name, low, high, log } = one;
    if (low >= high) return [{ at: at(name), message: `${low} to ${high} is no range` }];
    return log && low <= 0 ? [{ at: at(name), message: 'a logarithmic range begins above 0' }] : [];
  });
  const names = listTwice(parameters.map(({ name }) => name)).map((name) => ({ at: at(name), message: 'stands there twice' }));
  const most = parameters.length === 0 ? 1 : bounds.mostTrials;
  const trialFault = {
    at: 'search.trials',
    message: `${trials} trials; ${parameters.length === 0 ? 'nothing is searched' : `at most ${most}`}`,
  };
  return [...ranges, ...names, ...(trials <= most ? [] : [trialFault])];
}

function checkSplit({ trainUntil, validateUntil, embargo, scheme, folds }: Design['validation'], bounds: Bounds): Fault[] {
  const faults: Fault[] = [];
  if (trainUntil >= validateUntil) faults.push({ at: 'validation.trainUntil', message: 'training ends before validation does' });
  if (bounds.testFrom !== null && validateUntil >= bounds.testFrom)
    faults.push({ at: 'validation.validateUntil', message: `the test begins on ${bounds.testFrom}: validation must end before it` });
  if (embargo < bounds.horizon)
    faults.push({ at: 'validation.embargo', message: `targets look ${bounds.horizon} rows ahead, so at least as many are left out` });
  if (scheme === 'one cut' && folds !== 1) faults.push({ at: 'validation.folds', message: 'one cut has one fold' });
  if (scheme !== 'one cut' && folds < 2) faults.push({ at: 'validation.folds', message: 'walking forward takes two folds or more' });
  return faults;
}

function checkOutputs({ outputs }: Design, bounds: Bounds): Fault[] {
  const named = outputs.map(({ file }) => file);
  return [
    ...listTwice(named).map((file) => ({ at: 'outputs', message: `${file} stands there twice` })),
    ...bounds.outputs
      .filter((file) => !named.includes(file))
      .map((file) => ({ at: 'outputs', message: `the gates read ${file}: name it` })),
  ];
}
