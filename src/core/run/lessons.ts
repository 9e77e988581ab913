/** What a run teaches: failures that a change got over, with the proof of both. Rules do it; no model is asked. Pure. */
import { redactText } from '../redact.ts';
import { cutDocument, type RunEvent } from './events.ts';
import type { RunState } from './state.ts';
import { nameRun } from './view/name.ts';

export interface Lesson {
  /** The same for the same failure of the same repository, named by the line that proves it, so that lessons that contradict each other meet. */
  readonly question: string;
  /** The change after which it went well. */
  readonly answer: string;
  /** Run, attempts, line of the log. */
  readonly source: string;
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
    const what = failure.evidence === null ? failure.title : `“${failure.evidence.text.trim().slice(0, 160)}”`;
    return [
      {
        question: redactText(`${nameRun(state)}: ${what} (${failure.class}), ${name} on ${state.request.site}`),
        answer: redactText(next),
        source: `run ${state.id}, ${name}: attempt ${attempt} failed${line}; attempt ${step.attempt} went well`,
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
  const items = lessons.map(({ question, answer, source }) => `- ${question}\n  - what got over it: ${answer}\n  - proof: ${source}`);
  return `${HEADING}\n\nRead off the run by rules: what failed, and after which change it went well.\n\n${items.join('\n')}\n`;
}
