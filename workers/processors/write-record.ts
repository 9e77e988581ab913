import { z } from 'zod';
import { chooseProject } from '../../src/core/project/choose-project.ts';
import type { RunEvent } from '../../src/core/run/events.ts';
import { listLessons } from '../../src/core/run/lessons.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createRecord } from '../../src/git/record.ts';
import type { WorkerContext } from '../context.ts';
import { done } from '../outcome.ts';
import { defineProcessor } from '../processor.ts';

const REMEMBERED = 500;
/** Events of a tick: the diary is not written anew for them. */
const QUIET = new Set<RunEvent['type']>(['job.observed', 'watch.observed', 'step.phase', 'document.written', 'thread.opened']);

export default defineProcessor({
  name: 'write-record',
  queue: 'record',
  data: z.object({ runId: z.string() }),
  run: async (context, { runId }) => {
    const { written } = context;
    const last = written.get(runId);
    const journal = context.runs.journal;
    // The last known event is read again: when it is not there, the journal was wiped and begun anew.
    const [known, ...newer] = last === undefined ? [] : await journal.read(runId, last.version - 1);
    const goesOn = last !== undefined && known?.at === last.updatedAt;
    if (goesOn && newer.length === 0) return done();
    const events = goesOn ? newer : await journal.read(runId, 0);
    const state = await createRecord(context.settings.dataDir, runId).write(events, goesOn ? last : null);
    if (state !== null && state.verdict !== null) await keepNotes(context, state);
    written.delete(runId);
    if (state !== null) written.set(runId, state);
    if (state !== null && events.some(({ type }) => !QUIET.has(type)))
      await context.slack.context.requestScratch(chooseProject(state.request.channel, context.settings.projects));
    const oldest = written.keys().next();
    if (written.size > REMEMBERED && !oldest.done) written.delete(oldest.value);
    return done();
  },
});

/** What the run taught goes to what the lab knows, as not confirmed; the same note again changes nothing. */
async function keepNotes(context: WorkerContext, state: RunState): Promise<void> {
  const date = new Date(state.finishedAt ?? state.updatedAt).toISOString().slice(0, 10);
  for (const { question, answer, source } of listLessons(state))
    await context.knowledge.add({ question, answer, source, date, by: 'rules' });
}
