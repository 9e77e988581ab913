import { z } from 'zod';
import { describeProbe } from '../probes/answer.ts';
import { Probe } from '../probes/schema.ts';
import { listTwice, Summary, Words, type Fault } from './parts.ts';

/** Where a claim comes from. `note`: the question of a note as look-up showed it. */
export const Source = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('note'), question: z.string().min(3).max(300) }),
  z.strictObject({ kind: z.literal('document'), name: z.string().min(1).max(200), quote: z.string().min(3).max(400) }),
  z.strictObject({
    kind: z.literal('reference'),
    reference: z.string().min(5).max(400).describe('paper, manual or address, exact enough to find it'),
  }),
]);
export type Source = z.infer<typeof Source>;

export const Claim = z
  .strictObject({
    id: z.string().regex(/^c\d{1,3}$/),
    statement: Words.describe('one fact that the design will rest on; no advice'),
    source: Source.optional(),
    probe: Probe.optional(),
    matters: Words.describe('what would be designed otherwise if it were false'),
  })
  .refine((claim) => claim.source !== undefined || claim.probe !== undefined, 'needs a source or a probe');
export type Claim = z.infer<typeof Claim>;

/** What the researcher hands to the architect. */
export const Research = z.strictObject({
  summary: Summary,
  claims: z.array(Claim).min(1).max(30),
  unknown: z.array(Words).max(10).describe('what could not be found out and matters'),
});
export type Research = z.infer<typeof Research>;

/** What an agent read in its session, as far as a hand-over refers to it. */
export interface ReadGround {
  /** Answers of look-up. */
  readonly notes: readonly string[];
  /** Answers of document, by name. */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
}

/** What does not hold of the claims as they stand; `refuted` are probes that an earlier fact-check had refuted. */
export function checkResearch(research: Research, read: ReadGround, refuted: readonly Probe[]): Fault[] {
  const twice = listTwice(research.claims.map((claim) => claim.id)).map((id) => ({ at: 'claims', message: `${id} stands there twice` }));
  const before = new Set(refuted.map(describeProbe));
  return [
    ...(read.notes.length === 0 ? [{ at: 'claims', message: 'look up what the lab has learned before you hand over' }] : []),
    ...twice,
    ...research.claims.flatMap((claim) => [
      ...(claim.source === undefined ? [] : checkSource(claim.id, claim.source, read)),
      ...(claim.probe !== undefined && before.has(describeProbe(claim.probe))
        ? [{ at: claim.id, message: `this was refuted already: ${describeProbe(claim.probe)}` }]
        : []),
    ]),
  ];
}

function checkSource(at: string, source: Source, read: ReadGround): Fault[] {
  switch (source.kind) {
    case 'note':
      return read.notes.some((text) => text.includes(source.question))
        ? []
        : [{ at, message: 'look-up showed no note with this question' }];
    case 'document': {
      const texts = read.documents.filter((document) => document.name === source.name).map((document) => squeeze(document.text));
      return texts.some((text) => text.includes(squeeze(source.quote)))
        ? []
        : [{ at, message: `you read no such words in ${source.name}` }];
    }
    case 'reference':
      return [];
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
