import type { Measured } from './schema.ts';

const WORDS = { passed: 'PASS', failed: 'FAIL', 'not measured': 'OPEN' } as const;

/** `gate 1 PASS, gate 2 FAIL, gate 3 PASS`, or the targets of a meta-model: as computed, whoever said what about them. */
export function sumMeasured({ report, targets }: Measured): string {
  if (report !== null)
    return (['gate1', 'gate2', 'gate3'] as const).map((gate, index) => `gate ${index + 1} ${WORDS[report[gate].verdict]}`).join(', ');
  return (targets ?? []).map(({ name, passed }) => `${name} ${passed ? 'PASS' : 'FAIL'}`).join(', ');
}
