/** What a run teaches: failures that a change got over, with the proof of both. Rules do it; no model is asked. Pure. */
import { redactText } from '../redact.ts';
import { cutDocument, type RunEvent } from './events.ts';
import type { RunState } from './state.ts';
import { nameRun } from './view/name.ts';

export interface Lesson {
  /** The same for the same failure of the same repository, so that lessons that contradict each other meet. */
  readonly question: string;
  /** The change after which it went well. */
  readonly answer: string;
  /** Run, attempts, line of the log. */
  readonly source: string;
  /** The line itself; only for the record of the run. */
  readonly evidence: string | null;
}

const DOCUMENT = 'ENV.md';
const HEADING = '## Learned here';

/** The lessons of a run, oldest first. A change that was followed by the same failure taught nothing, and neither did the same again. */
export function listLessons(state: RunState): Lesson[] {
  return state.failures.flatMap((item, index) => {
    const { step: name, attempt, failure, next } = item;
    const step = state.steps.find((one) => one.name === name);
    const came = state.failures.slice(index + 1).some((later) => later.step === name && isSame(later.failure, failure));
    if (next === '' || item.retry !== undefined || came || step?.status !== 'done' || step.attempt <= attempt) return [];
    const line = failure.evidence === null ? '' : `, line ${failure.evidence.line} of its log`;
    return [
      {
        question: redactText(`${nameRun(state)}: ${failure.title} (${failure.class}), ${name} on ${state.request.site}`),
        answer: redactText(next),
        source: `run ${state.id}, ${name}: attempt ${attempt} failed${line}; attempt ${step.attempt} went well`,
        evidence: failure.evidence === null ? null : redactText(failure.evidence.text),
      },
    ];
  });
}

type Failure = RunState['failures'][number]['failure'];

function isSame(a: Failure, b: Failure): boolean {
  return a.fingerprint === undefined ? a.title === b.title : a.fingerprint === b.fingerprint;
}

/** The fact that ENV.md ends with what was learned; none where it does already, or where there is nothing to learn. */
export function keepLessons(state: RunState, at: number): RunEvent[] {
  const lessons = listLessons(state);
  const text = state.documents[DOCUMENT];
  if (text === undefined || lessons.length === 0) return [];
  const before = text.split(`\n${HEADING}\n`)[0]?.trimEnd() ?? '';
  const content = cutDocument(`${before}\n\n${renderLessons(lessons)}`);
  return content === text ? [] : [{ v: 1, at, type: 'document.written', path: DOCUMENT, content }];
}

function renderLessons(lessons: readonly Lesson[]): string {
  const items = lessons.map(({ question, answer, source, evidence }) => {
    const proof = evidence === null ? '' : `\n  - the line: ${JSON.stringify(evidence.slice(0, 300))}`;
    return `- ${question}\n  - what got over it: ${answer}\n  - proof: ${source}${proof}`;
  });
  return `${HEADING}\n\nBy rules, from what failed and what went well afterwards.\n\n${items.join('\n')}\n`;
}
