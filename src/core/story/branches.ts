import type { Told } from './compose.ts';
import { readEnd } from './ends.ts';
import type { Branch } from './schema.ts';

/** The tries of one run, in the order in which they began. */
export function listBranches(ofRun: readonly Told[], isOver: boolean): Branch[] {
  const branches = new Map<string, Branch & { end?: 'done' | 'failed' }>();
  for (const { entry, moment } of ofRun) {
    const { attempt } = entry;
    if (moment.branch === null || attempt === null || attempt === undefined) continue;
    const known = branches.get(moment.branch) ?? { ...begin(moment.branch, moment.id), of: attempt.of, number: attempt.number };
    const end = readEnd(entry);
    branches.set(moment.branch, { ...known, last: moment.id, ...(end === null ? {} : { end, because: moment.id }) });
  }
  const newest = new Map([...branches.values()].map((branch) => [branch.of, branch.number]));
  return [...branches.values()].map(({ end, ...branch }) => {
    const isNewest = newest.get(branch.of) === branch.number;
    return { ...branch, as: isNewest && end === 'done' ? 'led' : isNewest && !isOver ? 'open' : 'dead end' };
  });
}

function begin(id: string, first: string): Omit<Branch, 'of' | 'number'> {
  return { id, first, last: first, as: 'open', because: null };
}
