import { createHash } from 'node:crypto';

/** The same delivery always gives the same run, so that a command delivered twice starts one. */
export function makeRunId(deliveryId: string): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const bytes = createHash('sha256').update(deliveryId).digest();
  return `r${Array.from(bytes.subarray(0, 7), (byte) => alphabet[byte % alphabet.length]).join('')}`;
}
