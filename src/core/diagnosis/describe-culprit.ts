import type { Failure } from '../failure.ts';

/** Who or what failed first, such as `train.py:7, rank 2, node n1`; empty where the log does not say. Pure. */
export function describeCulprit({ culprit }: Pick<Failure, 'culprit'>): string {
  const { rank = null, node = null, place = null } = culprit ?? {};
  return [place, rank === null ? null : `rank ${rank}`, node === null ? null : `node ${node}`].filter((part) => part !== null).join(', ');
}
