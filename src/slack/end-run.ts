import type { RunState } from '../core/run/state.ts';
import type { CommandReply, CommandRequest } from './command.ts';

/** Ends a run for whoever typed it; says `done`, or why it cannot be ended. */
export async function endRun(
  { context, user, deliveryId }: Pick<CommandRequest, 'context' | 'user' | 'deliveryId'>,
  run: RunState,
  { reason, done }: { readonly reason: string; readonly done: string },
): Promise<CommandReply> {
  const applied = await context.runs.apply(run.id, { kind: 'cancel', id: deliveryId, at: context.now(), by: user, reason });
  return { text: applied.outcome === 'refused' ? (applied.refusal?.message ?? '') : done };
}
