import type { Span } from '../run/slots.ts';
import type { RunState } from '../run/state.ts';
import { nameRun } from '../run/view/name.ts';
import type { HomeFacts } from './facts.ts';

/** A run by its name, as a link to its thread. */
export function linkRun(state: RunState, links: HomeFacts['links']): Span {
  const link = links.get(state.id);
  return { text: nameRun(state), ...(link === undefined ? { style: 'bold' as const } : { link }) };
}
