/** A question among other things, in a digest or a Home: only what can be seen there whole can be allowed there at a glance. */
import { quoteWord } from '../../repo-map/commands/shell-words.ts';
import { showText } from '../../show-text.ts';
import type { ApprovalAction } from '../events.ts';
import { formatCount } from '../format.ts';
import { hidesSecrets } from '../hide-secrets.ts';
import type { Part } from '../slots.ts';
import type { Approval, RunState } from '../state.ts';
import { describeAnswer, describeTerms, encodeQuestion, listDiff, needsFile, offerButtons } from './approval.ts';
import { SECRETS_HIDDEN } from './question.ts';

const SHORT_LINES = 4;
const SHORT_WIDTH = 120;
/** A change of so many lines can be taken in where other things stand around it. */
const SHORT_DIFF = 12;
/** As it is sent. The buttons stay where a message has no room left, so as many questions as one message asks must fit with all they say. */
const SHORT_TEXT = 900;

/** The beginning of what would run, what it takes and can reach, and the buttons or the answer as in its thread; a yes to what is longer comes
 *  after a look at all of it. */
export function viewInShort(state: RunState, approval: Approval): Part[] {
  const { action } = approval;
  const { lines, isCut } = shortenAction(action);
  // That a build is confined is the rule; that one is not must not be missed.
  const terms = action.kind === 'build-environment' && action.sandbox ? [] : describeTerms(action);
  return [
    { kind: 'code', text: [...lines, ...(isCut ? ['…'] : [])].join('\n') },
    { kind: 'quiet', lines: [...terms, ...(hidesSecrets(action) ? [SECRETS_HIDDEN] : [])] },
    ...(approval.settled === null ? offerShort(state, approval, isCut) : [describeAnswer(approval)]),
  ];
}

function offerShort(state: RunState, approval: Approval, isCut: boolean): Part[] {
  if (!isCut) return [offerButtons(state, approval)];
  const value = encodeQuestion(state.id, approval);
  const reject = { action: 'reject', label: 'Reject…', style: 'danger', value } as const;
  if (needsFile(state, approval))
    return [
      { kind: 'quiet', lines: ['Too much to show here: all of it hangs in its thread, where it can be approved.'] },
      { kind: 'buttons', items: [reject] },
    ];
  return [
    { kind: 'quiet', lines: ['Not all of it is shown here; it can be approved after a look.'] },
    { kind: 'buttons', items: [{ action: 'look', label: 'Look and decide…', style: 'primary', value }, reject] },
  ];
}

function shortenAction(action: ApprovalAction): { lines: string[]; isCut: boolean } {
  const commands = listCommands(action).map(showText);
  const diff = action.kind === 'submit-job' ? listDiff(action.files).map(showText) : [];
  const shown = commands.slice(0, SHORT_LINES).map((line) => (line.length <= SHORT_WIDTH ? line : `${line.slice(0, SHORT_WIDTH - 1)}…`));
  const isCut = commands.length > SHORT_LINES || shown.some((line, index) => line !== commands[index]);
  const isWide = JSON.stringify([...shown, ...diff].join('\n')).length > SHORT_TEXT;
  const isLong = isWide || diff.length > SHORT_DIFF || diff.some((line) => line.length > SHORT_WIDTH);
  const change = isLong && diff.length > 0 ? [`and a change of the code, ${formatCount(diff.length, 'line')} of diff`] : diff;
  return { lines: [...shown, ...change], isCut: isCut || isLong || action.kind === 'run-experiment' };
}

function listCommands(action: ApprovalAction): string[] {
  switch (action.kind) {
    case 'run-command':
      return action.command.split('\n');
    case 'build-environment':
      return action.commands.map((argv) => argv.map(quoteWord).join(' '));
    case 'submit-job':
      return [action.spec.argv.map(quoteWord).join(' ')];
    case 'run-experiment':
      return [...action.pushes, ...(action.dataScript === null ? [] : [action.dataScript.command.map(quoteWord).join(' ')])];
  }
}
