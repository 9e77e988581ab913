import { z } from 'zod';
import { describeProbe } from '../probes/answer.ts';
import { Probe, ProbeAnswer } from '../probes/schema.ts';
import { listTwice, Summary, Words, type Fault } from './parts.ts';
import type { Claim, Research } from './research.ts';

/** What the architect says to each claim. Whether it holds is no part of it: probes say that. */
export const FactCheckDraft = z.strictObject({
  summary: Summary,
  checks: z
    .array(
      z.strictObject({
        claim: z.string().max(10),
        probe: Probe.optional().describe('one more probe of this claim; its own is run anyway'),
        why: Words.describe('what the probes leave open, or what the design must mind'),
      }),
    )
    .min(1)
    .max(30),
});
export type FactCheckDraft = z.infer<typeof FactCheckDraft>;

export const CheckedClaim = z.object({
  claim: z.string(),
  statement: z.string(),
  verdict: z.enum(['confirmed', 'refuted', 'cannot be probed']),
  /** Each probe with what it found. */
  probed: z.array(z.object({ probe: Probe, answer: ProbeAnswer })),
  why: z.string(),
});
export type CheckedClaim = z.infer<typeof CheckedClaim>;

/** The research as far as it could be proved. */
export const FactCheck = z.object({ summary: z.string(), claims: z.array(CheckedClaim) });
export type FactCheck = z.infer<typeof FactCheck>;

/** Whether every claim is spoken to, and once. */
export function checkFactCheck(draft: FactCheckDraft, research: Research): Fault[] {
  const ids = research.claims.map((claim) => claim.id);
  const spoken = draft.checks.map((check) => check.claim);
  return [
    ...listTwice(spoken).map((id) => ({ at: 'checks', message: `${id} stands there twice` })),
    ...ids.filter((id) => !spoken.includes(id)).map((id) => ({ at: 'checks', message: `${id} is not checked` })),
    ...spoken.filter((id) => !ids.includes(id)).map((id) => ({ at: 'checks', message: `the research has no claim ${id}` })),
  ];
}

/** The probes of one claim: its own, and the architect’s. */
export function listProbes(claim: Claim, draft: FactCheckDraft): Probe[] {
  const more = draft.checks.find((check) => check.claim === claim.id)?.probe;
  const probes = [claim.probe, more].filter((probe) => probe !== undefined);
  return probes.filter((probe, index) => probes.findIndex((other) => describeProbe(other) === describeProbe(probe)) === index);
}

/** The fact-check with its verdicts, which follow from the answers alone: one that fails refutes, one that holds confirms, and nothing that the
 *  architect writes does either. */
export function settleFactCheck(draft: FactCheckDraft, research: Research, answer: (probe: Probe) => ProbeAnswer): FactCheck {
  const claims = research.claims.map((claim): CheckedClaim => {
    const probed = listProbes(claim, draft).map((probe) => ({ probe, answer: answer(probe) }));
    const as = probed.map((one) => one.answer.as);
    const verdict = as.includes('fails') ? 'refuted' : as.includes('holds') ? 'confirmed' : 'cannot be probed';
    const why = draft.checks.find((check) => check.claim === claim.id)?.why ?? '';
    return { claim: claim.id, statement: claim.statement, verdict, probed, why };
  });
  return { summary: draft.summary, claims };
}

/** What the research has to mend, in words for the researcher; null when nothing is refuted. */
export function describeRefuted(check: FactCheck): string | null {
  const refuted = check.claims.filter((claim) => claim.verdict === 'refuted');
  if (refuted.length === 0) return null;
  return refuted
    .map(({ claim, statement, probed }) => {
      const found = probed.flatMap(({ answer }) => (answer.as === 'fails' ? [answer.found] : [])).join(' ');
      return `${claim} is refuted (${statement}): ${found}`;
    })
    .join('\n');
}
