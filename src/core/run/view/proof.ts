import { describeCulprit } from '../../diagnosis/describe-culprit.ts';
import type { Failure } from '../../failure.ts';
import type { Part } from '../slots.ts';

/** The line that proves a failure, whose number it has in the `log`, and the place that it comes from. */
export function viewProof(failure: Failure, log: string): Part[] {
  if (failure.evidence === null) return [];
  const culprit = describeCulprit(failure);
  return [
    { kind: 'quiet', lines: [`Line ${failure.evidence.line} of ${log}${culprit === '' ? '' : `, from ${culprit}`}:`] },
    { kind: 'code', text: failure.evidence.text.slice(0, 1500) },
  ];
}
