import type { Told } from './compose.ts';
import type { Branch } from './schema.ts';

/** The tries of one run, in the order in which they began. */
export function listBranches(ofRun: readonly Told[], isOver: boolean): Branch[] {
  const branches = new Map<string, Branch & { end?: 'done' | 'failed' }>();
  for (const { entry, moment } of ofRun) {
    const { attempt } = entry;
    if (moment.branch === null || attempt === null || attempt === undefined) continue;
    const known = branches.get(moment.branch) ?? { ...begin(moment.branch, moment.id), of: attempt.of, number: attempt.number };
    branches.set(moment.branch, { ...known, last: moment.id, ...(attempt.end === null ? {} : { end: attempt.end, because: moment.id }) });
  }
  const all = [...branches.values()];
  const newest = new Map(all.map((branch) => [branch.of, branch]));
  const lastDone = new Map(all.filter(({ end }) => end === 'done').map((branch) => [branch.of, branch]));
  return all.map((branch) => {
    const after = newest.get(branch.of);
    const { end: _end, ...told } = branch;
    // A try that came out well stands while those after it failed, and no longer once another one is on its way.
    const led = lastDone.get(branch.of) === branch && (after === branch || after?.end === 'failed');
    return { ...told, as: led ? 'led' : after === branch && !isOver ? 'open' : 'dead end' };
  });
}

function begin(id: string, first: string): Omit<Branch, 'of' | 'number'> {
  return { id, first, last: first, as: 'open', because: null };
}
