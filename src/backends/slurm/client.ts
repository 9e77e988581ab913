import type { JobRef, JobSpec } from '../../core/jobs/job.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import type { Host } from '../../ports.ts';
import { describeFailure, type Log } from '../shared/failure.ts';
import { classifyRejection } from './rejections.ts';
import { RELEASE_SCRIPT, SUBMITTER, SUBMIT_SCRIPT } from './scripts.ts';

export interface SubmitSettings {
  readonly id: string;
  readonly host: Host;
  readonly log: Log | undefined;
  /** Seconds of silence after which a lost submission counts as not made. */
  readonly settleSeconds: number;
  /** Seconds that sbatch may take; by itself it repeats for two minutes. */
  readonly sbatchSeconds: number;
}

/** Finds the job of the spec's token or, in mode `submit`, hands it over. Null only in mode `find`. */
export async function findOrSubmit(
  spec: JobSpec,
  mode: 'find' | 'submit',
  settings: SubmitSettings,
  signal?: AbortSignal,
): Promise<JobRef | null> {
  const doing = mode === 'submit' ? `submitting ${spec.token} to ${settings.id}` : `looking for ${spec.token} on ${settings.id}`;
  const line = await askHost(spec, mode, settings, doing, signal);
  const [verdict, ...words] = line.split(' ');
  switch (verdict) {
    case 'found':
      return readRef(words, spec, settings, doing);
    case 'none':
      if (mode === 'find') return null;
      throw unknownOutcome(doing, 'the host answered a question that was not asked');
    case 'refused':
      throw await refuse(spec, settings, doing, words);
    default:
      throw unknownOutcome(doing, words.join(' ') || 'the host gave no answer');
  }
}

async function askHost(spec: JobSpec, mode: 'find' | 'submit', settings: SubmitSettings, doing: string, signal?: AbortSignal) {
  const { host, settleSeconds, sbatchSeconds } = settings;
  const args = [spec.folder, spec.token, mode, String(settleSeconds), String(sbatchSeconds), SUBMITTER];
  const options = { timeoutMs: (sbatchSeconds + 90) * 1000, ...(signal === undefined ? {} : { signal }) };
  try {
    const result = await host.script(SUBMIT_SCRIPT, args, options);
    const line = result.stdout.split('\n').findLast((text) => text.startsWith('@reprobot '));
    if (line !== undefined) return line.slice('@reprobot '.length).trim();
    throw unknownOutcome(doing, describeFailure(result) || 'the host gave no answer');
  } catch (error) {
    // The connection was lost while the command ran: it may or may not have got as far as sbatch.
    if (mode === 'submit' && hasCode(error, 'host.unreachable')) throw unknownOutcome(doing, error.why, error);
    throw error;
  }
}

function readRef(words: readonly string[], spec: JobSpec, settings: SubmitSettings, doing: string): JobRef {
  const [id = '', epoch = '', ...others] = words.filter((word) => word !== '');
  const match = /^(\d+)(?:;(\S+))?$/.exec(id);
  if (match?.[1] === undefined || !/^\d+$/.test(epoch)) throw unknownOutcome(doing, `job.id holds ${JSON.stringify(words.join(' '))}`);
  if (others.length > 0) settings.log?.warn({ token: spec.token, kept: match[1], others }, 'one token, several jobs: the oldest is kept');
  const cluster = match[2] === undefined ? {} : { cluster: match[2] };
  return { token: spec.token, jobId: match[1], ...cluster, folder: spec.folder, submittedAt: Number(epoch) * 1000 };
}

async function refuse(spec: JobSpec, settings: SubmitSettings, doing: string, words: readonly string[]): Promise<ReprobotError> {
  const stderr = Buffer.from(words[1] ?? '', 'base64').toString('utf8');
  const said = describeSbatch(stderr);
  const rejection = classifyRejection(Number(words[0]), stderr);
  if (rejection === null || rejection.verdict === 'unknown') return unknownOutcome(doing, said);
  await settings.host.script(RELEASE_SCRIPT, [spec.folder]);
  return new ReprobotError({
    code: rejection.verdict === 'rejected' ? 'backend.rejected' : 'backend.unavailable',
    doing,
    why: said,
    remedy: rejection.remedy,
    transient: rejection.verdict === 'unavailable',
    details: { class: rejection.class, said: stderr.trim().slice(0, 2000) },
  });
}

/** What sbatch wrote, in one line and without its own prefixes. */
function describeSbatch(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^sbatch: (error|fatal): /, '').trim());
  const text = lines
    .filter((line) => line !== '')
    .join('; ')
    .slice(0, 500);
  return text.replace(/\.$/, '') || 'sbatch gave no reason';
}

function unknownOutcome(doing: string, why: string, cause?: unknown): ReprobotError {
  return new ReprobotError({
    code: 'backend.outcome-unknown',
    doing,
    why,
    remedy: 'It is looked up before anything is submitted again.',
    transient: true,
    cause,
  });
}
