/** Questions and what people answered. Pure. */
import type { RunState } from '../run/state.ts';
import { append, type Teller } from './told.ts';

/** `Question 3 (Run the sample on local)`. */
function nameQuestion(id: number, state: RunState): string {
  const title = state.approvals.find((one) => one.id === id)?.title.trim() ?? '';
  return `Question ${id}${title === '' ? '' : ` (${title})`}`;
}

export const tellRequested: Teller<'approval.requested'> = ({ id, step, title }) => [
  { kind: 'question', topic: step, text: `Question ${id}: ${title.trim()}` },
];

export const tellGranted: Teller<'approval.granted'> = ({ id, by, reach }, _before, after) => {
  const far = reach === undefined ? '' : reach === 'always' ? ', and from now on without asking' : ', and for the rest of this run';
  return [{ kind: 'decision', by, topic: 'yes', text: `${nameQuestion(id, after)} answered with yes${far}` }];
};

export const tellEdited: Teller<'approval.edited'> = ({ id, by, command }, _before, after) => [
  { kind: 'decision', by, topic: 'changed', text: `${nameQuestion(id, after)} answered with another command: ${command.trim()}` },
];

export const tellRejected: Teller<'approval.rejected'> = ({ id, by, reason }, _before, after) => [
  { kind: 'decision', by, topic: 'no', text: `${nameQuestion(id, after)} answered with no${append(': ', reason)}` },
];

export const tellExpired: Teller<'approval.expired'> = ({ id }, _before, after) => [
  { kind: 'decision', topic: 'expired', text: `${nameQuestion(id, after)} expired, nobody had answered` },
];

export const tellWithdrawn: Teller<'approval.withdrawn'> = ({ id, why }, _before, after) => [
  { kind: 'decision', topic: 'withdrawn', text: `${nameQuestion(id, after)} was withdrawn${append(': ', why)}` },
];
