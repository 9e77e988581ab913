import { z } from 'zod';
import { checkDesign, Design } from './design.ts';
import { checkFactCheck, FactCheck, FactCheckDraft } from './fact-check.ts';
import type { Bounds, Fault } from './parts.ts';
import type { Research } from './research.ts';

/** What the architect says: first whether the research holds, then what is built on it. */
export const ArchitectureDraft = z.strictObject({
  factCheck: FactCheckDraft.nullable().describe('null only where there is no research that was not checked before'),
  design: Design.nullable().describe('null where a claim is refuted: the research goes back then'),
});
export type ArchitectureDraft = z.infer<typeof ArchitectureDraft>;

/** As it is handed over; the design is null where the research goes back. */
export const Architecture = z.object({ factCheck: FactCheck.nullable(), design: Design.nullable() });
export type Architecture = z.infer<typeof Architecture>;

/** What is wrong with it, before its probes are run; `research` is null where nothing is to be checked. */
export function checkArchitecture({ factCheck, design }: ArchitectureDraft, research: Research | null, bounds: Bounds): Fault[] {
  const unchecked = research !== null && factCheck === null;
  return [
    ...(unchecked ? [{ at: 'factCheck', message: 'the research was not checked yet: speak to every claim' }] : []),
    ...(research === null || factCheck === null ? [] : checkFactCheck(factCheck, research)),
    ...(design === null ? [] : checkDesign(design, bounds)),
  ];
}
