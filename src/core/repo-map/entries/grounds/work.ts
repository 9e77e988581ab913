/** What an entry does. */
import { whether, type Ground } from './ground.ts';

export const WORK: readonly Ground[] = [
  whether('it trains', ({ entry }) => entry.kind === 'train'),
  whether('it only shows something', ({ entry }) => entry.kind === 'demo'),
  whether('the code behind it trains', ({ trains }) => trains),
  whether('its steps or epochs can be set', ({ entry }) => entry.arguments.some(({ role }) => role === 'steps' || role === 'epochs')),
  whether('it is made to be started', ({ isGuarded }) => isGuarded),
  whether('it lies among the modules of a package', ({ isPackaged }) => isPackaged),
];
