import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KaggleBackend } from '../../src/backends/kaggle/index.ts';
import { findData } from '../../src/core/experiment/files.ts';
import { parseKernelId } from '../../src/core/kaggle/kernel-id.ts';
import { planQuota } from '../../src/core/kaggle/quota.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { hasCode, ReprobotError } from '../../src/errors.ts';
import { runFolder } from '../../src/git/record.ts';
import { digestOf } from '../../src/runs/digest.ts';
import type { WorkerContext } from '../context.ts';
import { requireKaggle } from '../experiment/account.ts';
import { digestFiles, findDataFolder, requireOpen } from '../experiment/folders.ts';
import { prepareKernel, requireCovered } from '../experiment/kernel.ts';
import { lookAtQuota } from '../experiment/look-at-quota.ts';
import { requirePlace, requireSubmission } from '../experiment/place.ts';
import { defineEffect } from '../processor.ts';

/** Check → data set → quota → announce → push. Called again after any crash it finds what it pushed by the token in the source. */
export default defineEffect('loop-submit', async ({ context, state, signal }) => {
  const place = requirePlace(state);
  const { project, terms } = requireOpen(state);
  const kaggle = requireKaggle(context);
  const { token, announcedAt } = requireSubmission(place);
  const kernel = await prepareKernel(context, state, place);
  requireCovered(state, kernel.files, 'pushing to Kaggle');
  if (digestOf(kernel.files) !== digestOf(place.attempt.check?.files ?? []))
    throw new ReprobotError({ code: 'usage.bad-input', doing: 'pushing to Kaggle', why: 'the files are not those that were checked' });
  await publishData(context, state, kaggle, signal);
  const seconds = project.kaggle.minutes * 60;
  if (terms.accelerator !== 'none' && announcedAt === null) await insistOnBudget(context, state);
  if (terms.accelerator !== 'none' && announcedAt === null) await insistOnQuota(context, state, seconds, signal);
  const tell = (kind: 'loop-announce' | 'loop-withdraw', why: string) => {
    const base = { id: `${kind}:${token}:${context.now()}`, at: context.now(), token };
    return context.runs.apply(state.id, kind === 'loop-announce' ? { ...base, kind } : { ...base, kind, why });
  };
  if (announcedAt === null) await tell('loop-announce', '');
  try {
    const request = { metadata: kernel.metadata, source: kernel.source, token, announcedAt, timeLimitSeconds: seconds };
    return { kind: 'loop-submitted', kernel: await kaggle.submitAndFind(request, signal) };
  } catch (error) {
    // Of these it is certain that nothing was made, so the next try need not wait for what might still appear.
    if (hasCode(error, ...CERTAIN)) await tell('loop-withdraw', error.message);
    throw error;
  }
});

const CERTAIN = [
  'kaggle.no-capacity',
  'kaggle.no-quota',
  'kaggle.rate-limited',
  'kaggle.refused',
  'kaggle.conflict',
  'kaggle.needs-person',
  'kaggle.auth-refused',
] as const;

/** A push that was announced is looked for in any case; only a new one asks whether there are hours for it. */
async function insistOnBudget(context: WorkerContext, state: RunState): Promise<void> {
  const block = await context.budgets.findBlock(state.request.channel, 'kaggle-hours');
  if (block === null) return;
  throw new ReprobotError({
    code: 'budget.used-up',
    doing: 'pushing to Kaggle',
    why: 'the project’s budget of Kaggle hours is used up; the question about it stands in the channel, `/hpc budget` shows it',
  });
}

async function insistOnQuota(context: WorkerContext, state: RunState, seconds: number, signal: AbortSignal): Promise<void> {
  const { account, accelerator } = requireOpen(state).terms;
  const plan = planQuota(await lookAtQuota(context, state, account, signal), accelerator, seconds);
  if (plan.kind === 'fits') return;
  throw new ReprobotError({ code: 'kaggle.no-quota', doing: 'planning the week’s hours', why: plan.why, transient: plan.kind === 'wait' });
}

/** Makes the run’s data a private data set, once for each state of the files, and waits until Kaggle can attach it. */
async function publishData(context: WorkerContext, state: RunState, kaggle: KaggleBackend, signal: AbortSignal): Promise<void> {
  const { project, terms } = requireOpen(state);
  const id = parseKernelId(`${terms.account}/${state.id}-data`);
  const checked = state.experiment === null ? undefined : findData(state.experiment);
  if (id === null || checked?.data === null || checked === undefined) throw new Error('data that nobody checked');
  const folder = findDataFolder(context, state);
  const files = await digestFiles(folder, project.data.files);
  if (digestOf(files) !== digestOf(checked.data.files))
    throw new ReprobotError({ code: 'usage.bad-input', doing: 'publishing the data', why: 'they are not those that were checked' });
  const token = digestOf(files).slice(0, 16);
  const mark = join(runFolder(context.settings.dataDir, state.id), 'published-data');
  if ((await readFile(mark, 'utf8').catch(() => '')) !== token) {
    const uploads = project.data.files.map((name) => ({ name, path: join(folder, name) }));
    await kaggle.publishDataset({ token, id, title: id.slug, licence: 'other', files: uploads, signal });
    await writeFile(mark, token);
  }
  const now = await kaggle.datasetState(id, signal);
  if (now === 'READY') return;
  const why = now === 'FAILED' ? 'Kaggle could not take the data set' : 'Kaggle is still taking the data set in';
  throw new ReprobotError({ code: 'kaggle.unavailable', doing: 'publishing the data', why, transient: true });
}
