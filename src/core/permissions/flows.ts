import { OTHER_FLOW, type Flow } from './call.ts';
import { HOLE, INSIDE, JOBS, NUMBER } from './marks.ts';

const PRINTED: Readonly<Partial<Record<Flow['kind'], string>>> = { inside: INSIDE, number: NUMBER, jobs: JOBS, none: '' };
const RANK: readonly Flow['kind'][] = ['none', 'number', 'inside', 'text', 'other', 'jobs', 'files', 'network', 'secrets'];

/** Two outputs in one stream: the more delicate of them. */
export function mixFlows(a: Flow, b: Flow): Flow {
  if (a.kind === 'none') return b;
  if (b.kind === 'none' || (a.kind === b.kind && a.text === b.text)) return a;
  if (a.kind === 'text' && b.kind === 'text') return { kind: 'text', text: `${a.text ?? HOLE}\n${b.text ?? HOLE}` };
  const kind = RANK[Math.max(RANK.indexOf(a.kind), RANK.indexOf(b.kind))] ?? 'other';
  return kind === 'inside' || kind === 'text' ? OTHER_FLOW : { kind };
}

/** What a substitution makes of an output: the text where it is known, or a mark. */
export function readFlow(flow: Flow): string {
  if (flow.kind === 'text' && flow.text !== undefined) return flow.text.replace(/\n+$/, '');
  return PRINTED[flow.kind] ?? HOLE;
}
