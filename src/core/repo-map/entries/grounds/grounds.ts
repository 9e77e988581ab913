/** All grounds on which entries are ranked. */
import { COMMAND } from './command.ts';
import type { Ground } from './ground.ts';
import { NAME } from './name.ts';
import { TELLING } from './telling.ts';
import { WHOLE } from './whole.ts';
import { WORK } from './work.ts';

export const GROUNDS: readonly Ground[] = [...WORK, ...TELLING, ...NAME, ...COMMAND, ...WHOLE];
