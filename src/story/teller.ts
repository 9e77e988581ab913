import type { Settings } from '../config.ts';
import type { Span } from '../runs/diary.ts';
import { runInThread } from '../threads/run-in-thread.ts';
import type { Format, TellInput } from './tell-project.ts';

const THREAD = new URL('./tell-project.ts', import.meta.url);
const TIMEOUT_MS = 120_000;
/** A page that was told is handed out again for so long. */
const FRESH_MS = 15_000;
const MOST_KEPT = 4;

/** Tells stories in threads, so that nothing else waits. Null where nothing is told of the project. */
export type StoryTeller = (project: string, span: Span, format: Format) => Promise<string | null>;

/** A teller over the journals of these settings. The same question, asked again while it is answered or a little later, is answered once. */
export function createStoryTeller({ redisUrl, prefix, projects, slack }: Settings, now: () => number): StoryTeller {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<string | null> }>();
  // One after the other: a thread may need much memory, and whoever holds a link may ask for many spans.
  let last: Promise<unknown> = Promise.resolve();
  return (project, span, format) => {
    const key = JSON.stringify([project, span, format]);
    const known = kept.get(key);
    if (known !== undefined && now() - known.at < FRESH_MS) return known.answer;
    const { botToken, apiUrl } = slack;
    const input: TellInput = { redisUrl, prefix, named: projects, slack: { botToken, apiUrl }, project, span, format };
    const answer = last.then(() => tellInThread(input));
    last = answer.catch(() => kept.delete(key));
    kept.delete(key);
    kept.set(key, { at: now(), answer });
    const oldest = kept.keys().next();
    if (kept.size > MOST_KEPT && !oldest.done) kept.delete(oldest.value);
    return answer;
  };
}

function tellInThread(input: TellInput): Promise<string | null> {
  return runInThread(THREAD, input, {
    signal: new AbortController().signal,
    timeoutMs: TIMEOUT_MS,
    doing: `telling the story of ${input.project}`,
    remedy: 'Ask for fewer days.',
  });
}
