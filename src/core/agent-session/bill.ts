import type { RunEvent } from '../run/events.ts';
import { formatCount } from '../run/format.ts';

/** What came of the money. Every dollar of the models is in `reproduced` or in `other`, once. */
export interface Outcomes {
  /** Repositories that came to READY, with what all their runs cost. */
  readonly reproduced: readonly { readonly repo: string; readonly dollars: number }[];
  /** What went to repositories that are not reproduced. */
  readonly other: number;
  /** Failures that were got over, with what the agent cost that worked on them; nothing where rules did it. */
  readonly resolved: readonly { readonly title: string; readonly dollars: number }[];
}

/** What was reached since a moment, and what the models cost for it; journals of runs, each from its beginning. */
export function sumOutcomes(journals: readonly (readonly RunEvent[])[], since = 0): Outcomes {
  const repos = new Map<string, { dollars: number; ready: boolean }>();
  const resolved: { title: string; dollars: number }[] = [];
  for (const events of journals) {
    const repo = readRepo(events);
    const known = repos.get(repo) ?? { dollars: 0, ready: false };
    const now = events.filter((event) => event.at >= since);
    const dollars = now.reduce((sum, event) => sum + readDollars(event), 0);
    const ready = now.some((event) => event.type === 'run.finished' && event.verdict.as === 'READY');
    repos.set(repo, { dollars: known.dollars + dollars, ready: known.ready || ready });
    resolved.push(...listResolved(events, since));
  }
  const all = [...repos].map(([repo, sum]) => ({ repo, ...sum }));
  return {
    reproduced: all.filter(({ ready }) => ready).map(({ repo, dollars }) => ({ repo, dollars })),
    other: all.filter(({ ready }) => !ready).reduce((sum, { dollars }) => sum + dollars, 0),
    resolved,
  };
}

/** The outcomes in a line or two; none where nothing was reached. */
export function describeOutcomes({ reproduced, other, resolved }: Outcomes): string[] {
  const sum = (items: readonly { dollars: number }[]): number => items.reduce((all, { dollars }) => all + dollars, 0);
  const byAgent = resolved.filter(({ dollars }) => dollars > 0);
  const each = (items: readonly { dollars: number }[]): string => `$${(sum(items) / items.length).toFixed(3)}`;
  const rest = other > 0 ? `; $${other.toFixed(3)} went to others` : '';
  return [
    ...(reproduced.length === 0
      ? []
      : [`${formatCount(reproduced.length, 'repository', 'repositories')} reproduced, ${each(reproduced)} each${rest}`]),
    ...(resolved.length === 0
      ? []
      : [
          `${formatCount(resolved.length, 'failure')} resolved: ${resolved.length - byAgent.length} by rules alone${
            byAgent.length === 0 ? '' : `, ${byAgent.length} with the agent for ${each(byAgent)} each`
          }`,
        ]),
  ];
}

function readRepo(events: readonly RunEvent[]): string {
  const first = events.find((event) => event.type === 'run.requested');
  if (first !== undefined) return [first.repo.url.replace(/\/+$/, '').replace(/\.git$/, ''), first.repo.subfolder].join(' ').trim();
  return events.find((event) => event.type === 'watch.requested')?.runId ?? '';
}

function readDollars(event: RunEvent): number {
  return event.type === 'agent.fact' && event.fact.kind === 'turned' ? event.fact.dollars : 0;
}

/** Failures after which their step came out well; a session counts for the failure that called it. */
function listResolved(events: readonly RunEvent[], since: number): { title: string; dollars: number }[] {
  let open: { step: string; title: string; dollars: number }[] = [];
  const resolved: { title: string; dollars: number }[] = [];
  const about = new Map<string, { dollars: number }>();
  for (const event of events) {
    const last = open.at(-1);
    if (event.type === 'step.failed') open.push({ step: event.step, title: event.failure.title, dollars: 0 });
    if (event.type === 'agent.fact') {
      if (event.fact.kind === 'started' && event.fact.aside !== true && last !== undefined) about.set(event.session, last);
      const failure = about.get(event.session);
      if (failure !== undefined && event.at >= since) failure.dollars += readDollars(event);
    }
    if (event.type !== 'step.done') continue;
    if (event.at >= since)
      resolved.push(...open.filter(({ step }) => step === event.step).map(({ title, dollars }) => ({ title, dollars })));
    open = open.filter(({ step }) => step !== event.step);
  }
  return resolved;
}
