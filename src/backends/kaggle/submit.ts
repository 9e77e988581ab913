import { formatKernelId, linkKernel, type KernelId } from '../../core/kaggle/kernel-id.ts';
import type { KernelRun } from '../../core/kaggle/kernel-run.ts';
import { buildPush, listMissingInputs, type PushRequest, type SaveRequest } from '../../core/kaggle/metadata.ts';
import { readSubmissionToken } from '../../core/kaggle/source.ts';
import { ReprobotError, hasCode } from '../../errors.ts';
import { pullKernel, pushKernel } from './kernels.ts';
import type { PullAnswer } from './schema.ts';
import type { Transport } from './transport.ts';

export interface SubmitRequest extends PushRequest {
  /** When an earlier attempt was about to push, epoch milliseconds; null when none was. */
  readonly announcedAt: number | null;
}

/** So many versions are read back for a token: others may have pushed in between. */
const DEPTH = 5;

/** For so long after an announced push its absence proves nothing. */
const SETTLE_MS = 60_000;

/**
 * The run of this submission: found by the token in its source, or pushed. Safe to repeat after any crash; never two pushes of one
 * submission. Rejects with kaggle.refused before anything is sent when Kaggle would refuse, drop or misfile it; with kaggle.outcome-unknown
 * while nobody knows: the next call looks.
 */
export async function submitAndFind(transport: Transport, request: SubmitRequest, signal?: AbortSignal): Promise<KernelRun> {
  const built = buildPush(request);
  const name = request.metadata.id ?? 'a kernel';
  if (!built.ok) {
    throw new ReprobotError({
      code: 'kaggle.refused',
      doing: `preparing ${name} for Kaggle`,
      why: built.problems.join('; '),
      remedy: 'Correct kernel-metadata.json or the source.',
    });
  }
  const found = await findRun(transport, built.id, built.body, request.token, signal);
  if (found !== null) return found;
  if (request.announcedAt !== null && transport.now() - request.announcedAt < SETTLE_MS) {
    throw new ReprobotError({
      code: 'kaggle.outcome-unknown',
      doing: `looking for ${name} on Kaggle`,
      why: 'a push of it was begun less than a minute ago and may still appear',
      transient: true,
    });
  }
  const pushedAt = transport.now();
  try {
    return { token: request.token, pushedAt, ...toRun(await pushKernel(transport, built.id, built.body, signal)) };
  } catch (error) {
    if (!hasCode(error, 'kaggle.conflict')) throw error;
    throw new ReprobotError({
      code: 'kaggle.conflict',
      doing: error.doing,
      why: error.why,
      remedy: `Look at ${linkKernel(built.id)}: rename or delete what is there, or choose another title for this one.`,
      cause: error,
    });
  }
}

function toRun({ missingInputs, ...pushed }: Awaited<ReturnType<typeof pushKernel>>): Omit<KernelRun, 'token' | 'pushedAt'> {
  return { ...pushed, missingInputs: [...missingInputs] };
}

/** The run that carries this token, among the newest versions of the kernel; null when there is none. */
async function findRun(transport: Transport, id: KernelId, wanted: SaveRequest, token: string, signal: AbortSignal | undefined) {
  const newest = await pullKernel(transport, id, undefined, signal);
  if (newest === null) return null;
  const last = newest.metadata.currentVersionNumber;
  if (last === null) {
    throw new ReprobotError({
      code: 'kaggle.outcome-unknown',
      doing: `looking for ${formatKernelId(id)} on Kaggle`,
      why: 'Kaggle does not say which version is the newest',
      transient: true,
    });
  }
  for (let number = last; number > Math.max(0, last - DEPTH); number -= 1) {
    const pulled = number === last ? newest : await pullOld(transport, id, number, signal);
    if (pulled !== null && readSubmissionToken(pulled.blob.source) === token)
      return describeFound(pulled, id, number, wanted, token, transport.now());
  }
  return null;
}

/** An old version may be gone, or not be told by its label. */
async function pullOld(transport: Transport, id: KernelId, number: number, signal: AbortSignal | undefined): Promise<PullAnswer | null> {
  try {
    return await pullKernel(transport, id, number, signal);
  } catch (error) {
    if (hasCode(error, 'kaggle.not-found')) return null;
    throw error;
  }
}

function describeFound(
  pulled: PullAnswer,
  id: KernelId,
  versionNumber: number,
  wanted: SaveRequest,
  token: string,
  now: number,
): KernelRun {
  const ranAt = Date.parse(pulled.metadata.lastRunTime);
  return {
    token,
    id,
    versionNumber,
    kernelId: pulled.metadata.id,
    url: linkKernel(id),
    pushedAt: Number.isNaN(ranAt) ? now : ranAt,
    missingInputs: listMissingInputs(wanted, pulled.metadata),
  };
}
