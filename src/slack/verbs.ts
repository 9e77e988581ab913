import { loadPlugins } from '../plugins.ts';
import type { Verb } from './command.ts';

/** The slash verbs: every file of src/slack/commands. Apart from the app, since workers answer commands and need no Bolt. */
export function loadVerbs(): Promise<Verb[]> {
  return loadPlugins<Verb>(new URL('./commands/', import.meta.url));
}
