import { priceCall } from '../src/core/agent-session/prices.ts';
import type { Entry } from '../src/core/diary/entry.ts';
import { dayOf, shiftDay, type Day } from '../src/core/digest/clock.ts';
import { hashText } from '../src/core/hash.ts';
import type { ProjectEvent } from '../src/core/project/events.ts';
import { redactText } from '../src/core/redact.ts';
import { askProse, keepProse } from '../src/core/scratch/prose.ts';
import { hasCode } from '../src/errors.ts';
import type { Model } from '../src/ports.ts';
import type { Composer } from '../src/runs/scratch.ts';
import type { WorkerContext } from './context.ts';

/** What writing it takes of a worker. */
export interface ProseParts extends Pick<WorkerContext, 'diary' | 'projects' | 'now' | 'log'> {
  readonly agent: { readonly model: Model } | null;
  readonly settings: { readonly model: { readonly fast: string } };
  readonly scratch: Composer;
}

const MAX_TOKENS = 2_000;
const HOUR_MS = 3_600_000;
/** Days that are looked back: what is older stays as it is. */
const DAYS = 3;

/** Has the paragraphs above the newest days written where facts have come since, today's at most once an hour. Needs a model; without one,
 *  or while it cannot be asked, the days stand without. */
export async function writeProse(context: ProseParts, project: string, signal: AbortSignal): Promise<void> {
  if (context.agent === null) return;
  const zone = await context.scratch.zoneOf(project);
  const now = context.now();
  const today = dayOf(now, zone);
  const entries = (await context.diary.collectEntries(project, { from: now - (DAYS + 1) * 24 * HOUR_MS, to: now + HOUR_MS })).filter(
    ({ kind }) => kind !== 'cost',
  );
  const events = await context.projects.list(project);
  for (const day of [2, 1, 0].map((back) => shiftDay(today, -back))) {
    const id = nameFacts(day, entries, zone);
    if (!isDue(events, day, id, day === today ? now - HOUR_MS : now)) continue;
    try {
      await writeDay(context, { project, day, id, zone, entries, signal });
    } catch (error) {
      if (!hasCode(error, 'model.unavailable') && !hasCode(error, 'model.refused')) throw error;
      context.log.warn({ err: error, project, day }, 'asking for the prose of a day');
      return;
    }
  }
}

/** Equal for equal facts of a day. */
function nameFacts(day: Day, entries: readonly Entry[], zone: string): string {
  return `${day}.${hashText(entries.flatMap((entry) => (dayOf(entry.at, zone) === day ? [entry.id] : [])).join(' '))}`;
}

function isDue(events: readonly ProjectEvent[], day: Day, id: string, before: number): boolean {
  const last = events.findLast((event) => event.type === 'prose.written' && event.day === day);
  return last === undefined || (last.id !== id && last.at <= before);
}

interface DayRequest {
  readonly project: string;
  readonly day: Day;
  readonly id: string;
  readonly zone: string;
  readonly entries: readonly Entry[];
  readonly signal: AbortSignal;
}

async function writeDay(context: ProseParts, { project, day, id, zone, entries, signal }: DayRequest): Promise<void> {
  const { agent, settings } = context;
  const shown = await context.scratch.findShown(entries);
  const asked = askProse(day, entries, zone, shown);
  if (agent === null || asked === null) return;
  const model = settings.model.fast;
  const answer = await agent.model.ask(asked.request, { model, maxTokens: MAX_TOKENS, effort: 'low', signal });
  const base = { v: 1 as const, at: context.now(), id, model };
  const dollars = priceCall(model, answer.usage);
  // Paid for first: what it said may be lost with this worker, and then it is asked and paid for again.
  await context.projects.append(project, {
    ...base,
    id: `${id}.${base.at}`,
    type: 'model.asked',
    by: null,
    what: 'prose',
    usage: answer.usage,
    dollars,
  });
  const said = answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
  const people = entries.flatMap(({ by }) => (by === null ? [] : [shown.nameOf(by)]));
  await context.projects.append(project, {
    ...base,
    type: 'prose.written',
    day,
    sentences: keepProse(redactText(said), asked.facts, people),
  });
}
