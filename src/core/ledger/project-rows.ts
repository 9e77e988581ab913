import { sumTokens } from '../agent-session/limits.ts';
import type { ProjectEvent } from '../project/events.ts';
import type { LedgerRow } from './row.ts';

/** What was used for a project outside of any run. `journal` is the name under which it is kept, `project` the one that it belongs to. */
export function listProjectRows(project: string, journal: string, events: readonly ProjectEvent[]): LedgerRow[] {
  return events.flatMap((event, index): LedgerRow[] => {
    if (event.type !== 'model.asked') return [];
    const { at, by, what, model, usage, dollars, type } = event;
    const source = { of: 'project' as const, id: journal, version: index + 1, event: type };
    const about = { kind: 'tokens' as const, about: model, amount: sumTokens(usage), cached: usage.cacheRead, dollars, soFar: false };
    return [{ at, ...about, project, run: '', job: '', person: by ?? '', outcome: what, source }];
  });
}
