import type { Context } from './context.ts';
import type { Field } from './expand.ts';
import { showMarks } from './marks.ts';
import { findPlaces, type Place } from './paths.ts';
import { isSecretPath, isStartupPath } from './secret-paths.ts';

interface Access {
  readonly context: Context;
  readonly part: string;
  readonly cwds: readonly string[] | null;
}

/** `content` of a file, `names` of what is in a folder, a `tree` walked through, or only its `sizes`. */
export type ReadDepth = 'content' | 'names' | 'tree' | 'sizes';

/** What must not be touched at all, whoever does it; false where it may be. */
function refuseTouching({ context, part }: Access, place: Place, verb: string): boolean {
  const path = showMarks(place.path);
  const refuse = (why: string): true => {
    context.say(
      'refuse',
      part,
      why,
      place.zone === 'secret' ? 'shows secrets' : place.zone === 'network' ? 'sends data away' : 'reads elsewhere',
    );
    return true;
  };
  if (place.zone === 'secret') return refuse(`${verb} ${path}, a place for keys, credentials or history`);
  if (place.zone === 'other-user') return refuse(`${verb} ${path}, which belongs to somebody else`);
  if (place.zone === 'network') return refuse(`opens a connection through ${path}`);
  return false;
}

/** Judges that a file is read. */
export function judgeRead(access: Access, text: string, depth: ReadDepth): void {
  const { context, part, cwds } = access;
  for (const place of findPlaces(text, cwds, context.policy)) {
    if (refuseTouching(access, place, 'reads')) continue;
    const path = showMarks(place.path);
    const ask = (why: string): void => context.say('ask', part, why, 'reads elsewhere');
    switch (place.zone) {
      case 'run':
        if (depth === 'content') context.reads.add(path);
        break;
      case 'null':
        break;
      case 'public':
        if (depth === 'tree' || depth === 'sizes') ask(`walks through ${path}, outside the run's folders`);
        break;
      case 'unknown':
        ask(`reads ${path}, and where that leads is only known when it runs`);
        break;
      case 'device':
        if (depth !== 'names') ask(`reads the device ${path}`);
        break;
      default:
        if (depth === 'names' || (depth === 'sizes' && place.zone === 'home')) break;
        ask(`${depth === 'content' ? 'reads' : 'walks through'} ${path}, outside the run's folders`);
    }
  }
}

/** Judges that a file or folder is changed, made or removed; `what` says how: `writes`, `deletes`. */
export function judgeWrite(access: Access, text: string, what: string): void {
  const { context, part, cwds } = access;
  const effect = what.startsWith('delete') ? 'deletes files' : 'changes files';
  for (const place of findPlaces(text, cwds, context.policy)) {
    const path = showMarks(place.path);
    if (isStartupPath(place.path)) {
      context.say('refuse', part, `${what} ${path}, which a login or a program runs by itself`, effect);
      continue;
    }
    if (refuseTouching(access, place, what) || place.zone === 'null') continue;
    const system = place.zone === 'system' || place.zone === 'device' || (place.zone === 'public' && !place.path.startsWith('/opt/'));
    if (system) context.say('refuse', part, `${what} ${path}, which belongs to the system`, effect);
    else
      context.say(
        'ask',
        part,
        `${what} ${path === '' ? 'a file' : path}${place.zone === 'run' ? '' : ", outside the run's folders"}`,
        effect,
      );
  }
}

/** Looks at the words of any program for what none may touch: keys, credentials, other people's files, bare connections. */
export function guardWords(access: Access, words: readonly Field[]): void {
  const { context, cwds } = access;
  for (const { text } of words) {
    const parts = new Set([text, text.slice(text.indexOf('=') + 1), text.replace(/^@/, ''), text.slice(text.indexOf('@') + 1)]);
    for (const part of parts) {
      if (part === '' || /[\s:]/.test(part) || (!part.includes('/') && !isSecretPath(part))) continue;
      const place = findPlaces(part, cwds, context.policy).find((found) => ['secret', 'other-user', 'network'].includes(found.zone));
      if (place !== undefined && refuseTouching(access, place, 'names')) break;
    }
  }
}
