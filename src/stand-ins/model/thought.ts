import { createHmac } from 'node:crypto';
import type { Turn } from './wire.ts';

/**
 * What proves that a thinking block is the model's own: it holds for this text as it was shown, this model, and everything said before it.
 * A conversation that is continued by another model, or whose beginning was rewritten, has to leave its thinking blocks out.
 */
export function bindThought(shown: string, model: string, before: readonly Turn[], key: string): string {
  const said = before.map(({ role, content }) => [role, content.map((block) => ({ ...block, cache_control: undefined }))]);
  return createHmac('sha256', key)
    .update(JSON.stringify([shown, model, said]))
    .digest('base64');
}
