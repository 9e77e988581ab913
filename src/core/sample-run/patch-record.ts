/** PATCHES.md of a job that has ended: what was changed, by whose leave, and whether it came to that. Pure. */
import { renderFence } from '../environment/render-patches.ts';
import { cell } from '../repo-map/render/render-text.ts';
import type { Approval } from '../run/state.ts';
import { showText } from '../show-text.ts';
import { MADE, PATCH_PATH } from './patch-files.ts';
import type { SamplePlan } from './schema.ts';

interface PatchRecord {
  readonly plan: SamplePlan;
  /** The question that was answered for this job. */
  readonly approval: Pick<Approval, 'id' | 'digest' | 'settled'> | undefined;
  readonly token: string;
  readonly log: string;
}

/** The record of a job's patch; null where the job changes nothing. */
export function renderPatchRecord({ plan, approval, token, log }: PatchRecord): string | null {
  const diff = plan.files.find((file) => file.path === PATCH_PATH)?.content;
  if (diff === undefined) return null;
  const { settled } = approval ?? {};
  const rows = (plan.patches ?? []).map((item) => `| \`${cell(item.file)}:${item.line}\` | ${cell(item.why)} |`);
  const parts = [
    '# Patches',
    MADE.test(log)
      ? `Made by job \`${token}\` in its own copy of the repository, before the program started. The checkout stayed as it is.`
      : `Not made: the log of job \`${token}\` does not say that it came so far.`,
    approval === undefined || settled === undefined || settled === null
      ? 'No approval is recorded.'
      : `Approved by ${settled.by} (${settled.via}) on ${new Date(settled.at).toISOString()}: question ${approval.id}, SHA-256 \`${approval.digest}\`.`,
    ...(rows.length === 0 ? [] : [['| Place tied to one machine | Why |', '|---|---|', ...rows].join('\n')]),
    ...plan.bounds
      .filter((bound) => bound.by === 'config' || bound.by === 'source')
      .slice(0, 40)
      .map((bound) => `- \`${cell(bound.argument)}\`: ${cell(bound.fullValue ?? '?')} → ${cell(bound.value)}, ${cell(bound.why)}.`),
    renderFence(diff),
  ];
  return showText(`${parts.join('\n\n')}\n`);
}
