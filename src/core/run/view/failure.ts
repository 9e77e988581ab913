import type { Retry } from '../events.ts';
import { formatDuration } from '../format.ts';
import type { Line, Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';
import { viewHistory } from './history.ts';
import { viewProof } from './proof.ts';

/** One message per failure: what it is, the line that proves it, and what happens next. */
export function viewFailures(state: RunState): { slot: Slot; at: number }[] {
  return state.failures.map((item, index) => {
    const { failure, step, attempt, at } = item;
    const parts: Part[] = [
      { kind: 'heading', text: failure.title },
      { kind: 'text', lines: [failure.explanation] },
      ...viewProof(failure, 'the log'),
      ...viewKnown(item.history),
      { kind: 'text', lines: [describeNext(item)] },
      {
        kind: 'quiet',
        lines: [
          `${step}, attempt ${attempt} · class ${failure.class} · found by rules, confidence ${Math.round(failure.confidence * 100)} %`,
        ],
      },
    ];
    const slot: Slot = {
      name: `failure:${index + 1}`,
      place: 'reply',
      mention: [state.request.by],
      summary: `${failure.title}: ${failure.explanation}`,
      parts,
      files: [],
    };
    return { slot, at };
  });
}

function viewKnown(history: RunState['failures'][number]['history']): Part[] {
  const lines = viewHistory(history);
  return lines.length === 0 ? [] : [{ kind: 'text', lines }];
}

const NEXT = { text: 'Next: ', style: 'bold' } as const;

function describeNext(item: RunState['failures'][number]): Line {
  return item.retry === undefined ? [NEXT, { text: describeMove(item) }] : describeRetry(item.at, item.retry);
}

function describeRetry(at: number, { until, number, of, exclude }: Retry): Line {
  const elsewhere = exclude === null ? '' : `; node ${exclude} excluded`;
  return [
    NEXT,
    { text: `the same again, without asking, in ${formatDuration((until - at) / 1000)} (at ` },
    { text: `${new Date(until).toISOString().slice(11, 16)} UTC`, time: until },
    { text: `), attempt ${number} of ${of}${elsewhere}.` },
  ];
}

function describeMove({ next, failure: { remedy } }: RunState['failures'][number]): string {
  if (next !== '') return `${next}; the changed plan will be shown before anything runs.`;
  if (remedy?.kind === 'provide-path' || remedy?.kind === 'ask') return remedy.question;
  return 'nothing that I can do alone; mend it and press “Try again”, or write what to change here.';
}
