import { priceCall } from '../src/core/agent-session/prices.ts';
import type { Entry } from '../src/core/diary/entry.ts';
import { askOpening, keepOpening } from '../src/core/digest/opening.ts';
import type { Digest } from '../src/core/digest/schema.ts';
import { redactText } from '../src/core/redact.ts';
import { hasCode } from '../src/errors.ts';
import type { WorkerContext } from './context.ts';

const MAX_TOKENS = 600;
const ASK_MS = 60_000;

/** The digest with an opening by a model; as it is without a key, without money left for it, or where the model cannot be asked. */
export async function openDigest(context: WorkerContext, digest: Digest, entries: readonly Entry[], channel: string): Promise<Digest> {
  const { agent, settings } = context;
  if (agent === null || digest.quiet || (await context.budgets.findBlock(channel, 'dollars')) !== null) return digest;
  const shown = await context.scratch.findShown(entries);
  const asked = askOpening(entries, digest.zone, shown);
  if (asked === null) return digest;
  const model = settings.model.fast;
  try {
    const answer = await agent.model.ask(asked.request, {
      model,
      maxTokens: MAX_TOKENS,
      effort: 'low',
      signal: AbortSignal.timeout(ASK_MS),
    });
    const { usage } = answer;
    const id = `digest ${digest.edition} ${context.now()}`;
    const dollars = priceCall(model, usage);
    await context.projects.append(digest.project, {
      v: 1,
      at: context.now(),
      id,
      type: 'model.asked',
      by: null,
      what: 'prose',
      model,
      usage,
      dollars,
    });
    const said = answer.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ');
    const people = entries.flatMap(({ by }) => (by === null ? [] : [shown.nameOf(by)]));
    const opening = keepOpening(redactText(said), asked.facts, people);
    return opening.length === 0 ? digest : { ...digest, opening, openedBy: model };
  } catch (error) {
    // A digest that waits for a model would be read by nobody.
    if (!hasCode(error, 'model.unavailable') && !hasCode(error, 'model.refused') && !hasCode(error, 'cancelled')) throw error;
    context.log.warn({ err: error, project: digest.project }, 'asking for the opening of a digest');
    return digest;
  }
}
