import type { Change, FailureHistory } from '../../failure-history.ts';
import { formatCount } from '../format.ts';
import type { Line, Span } from '../slots.ts';

const LABELS: Readonly<Record<Change['what'], string>> = {
  commit: 'commit',
  environment: 'environment',
  node: 'where',
  data: 'data',
  arguments: 'arguments',
  resources: 'resources',
  time: 'time',
};

/** What is known of a failure from earlier runs, as lines of a message; none where there is nothing to say. */
export function viewHistory(history: FailureHistory | undefined): Line[] {
  return history === undefined ? [] : [...viewSeen(history), ...viewSince(history)];
}

function viewSeen({ seen, runs, elsewhere, fixed }: FailureHistory): Line[] {
  if (seen === 0) return [];
  const line: Span[] = [{ text: `Seen ${seen === 1 ? 'once' : `${seen} times`} before`, style: 'bold' }];
  for (const [index, { runId, by }] of runs.entries()) {
    line.push({ text: `${index === 0 ? ': in ' : ', '}${runId} of ` }, { text: by, user: by });
  }
  if (elsewhere > 0) line.push({ text: `${runs.length === 0 ? ': ' : ' and '}${formatCount(elsewhere, 'run')} of other channels` });
  line.push({ text: fixed === null ? '.' : `; last time fixed by: ${fixed.how} (${fixed.runId}).` });
  return [line];
}

function viewSince({ since }: FailureHistory): Line[] {
  if (since === null) return [];
  const kinds = [...new Set(since.changes.map(({ what }) => what))];
  const parts = kinds.map((kind) => {
    const texts = since.changes.filter(({ what }) => what === kind).map(({ text }) => text);
    return `${LABELS[kind]} ${texts.join(', ')}`;
  });
  const line: Span[] = [
    { text: 'Changed since the last good run', style: 'bold' },
    { text: ` (${since.runId}, ` },
    { text: new Date(since.at).toISOString().slice(0, 10), time: since.at },
    { text: `): ${parts.join('; ')}.` },
  ];
  return [line];
}
