import type { Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';

/** One message per failure: what it is, the line that proves it, and what happens next. */
export function viewFailures(state: RunState): { slot: Slot; at: number }[] {
  return state.failures.map((item, index) => {
    const { failure, step, attempt, at, next } = item;
    const parts: Part[] = [
      { kind: 'heading', text: failure.title },
      { kind: 'text', lines: [failure.explanation] },
      ...(failure.evidence === null ? [] : proveIt(failure.evidence)),
      { kind: 'text', lines: [[{ text: 'Next: ', style: 'bold' }, { text: describeNext(next, failure.remedy) }]] },
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

function proveIt(evidence: { text: string; line: number }): Part[] {
  return [
    { kind: 'quiet', lines: [`Line ${evidence.line} of the log:`] },
    { kind: 'code', text: evidence.text.slice(0, 1500) },
  ];
}

function describeNext(next: string, remedy: RunState['failures'][number]['failure']['remedy']): string {
  if (next !== '') return `${next}; the changed plan will be shown before anything runs.`;
  if (remedy?.kind === 'provide-path' || remedy?.kind === 'ask') return remedy.question;
  return 'nothing that I can do alone; mend it and press “Try again”, or write what to change here.';
}
