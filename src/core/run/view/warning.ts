import type { Line, Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';
import type { Warning } from '../warnings.ts';
import { showClock } from './job.ts';

const TITLES: Readonly<Record<Warning['kind'], string>> = {
  stall: 'Is it stuck?',
  limit: 'It will not end within its time limit',
};
const OVER: Readonly<Record<Warning['kind'], string>> = {
  stall: 'It goes on: new output since ',
  limit: 'It fits again by the newest estimate, since ',
};

/** Messages about alarms in one thread. When a file system hangs, all jobs fall silent at once; the status names every one of them. */
const MOST = 8;

/** One message per alarm; when its reason is gone the same message says so, and nobody is called again. */
export function viewWarnings(state: RunState): { slot: Slot; at: number }[] {
  return state.warnings.slice(0, MOST).map((warning, index) => {
    const about = nameJob(state, warning.token);
    const parts: Part[] = [
      { kind: 'heading', text: `${TITLES[warning.kind]}${about === '' ? '' : ` (${about})`}` },
      { kind: 'text', lines: [warning.words] },
      { kind: 'quiet', lines: [describeState(warning)] },
    ];
    const slot: Slot = {
      name: `warning:${index + 1}`,
      place: 'reply',
      mention: [state.request.by],
      summary: `${TITLES[warning.kind]} ${warning.words}`,
      parts,
      files: [],
    };
    return { slot, at: warning.at };
  });
}

function describeState({ kind, at, over }: Warning): Line {
  const raised: Line = [{ text: 'As of ' }, showClock(at), { text: '. Nothing was done about it.' }];
  return over === null ? raised : [{ text: OVER[kind] }, showClock(over)];
}

/** Which job of a watch it is about; empty where the thread is about one job only. */
function nameJob({ watch }: RunState, token: string): string {
  if (watch === null || watch.items.length < 2) return '';
  const item = watch.items.find((one) => one.token === token);
  return item === undefined ? '' : `job ${item.jobId} ${item.name}`.trim();
}
