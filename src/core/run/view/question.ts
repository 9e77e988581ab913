import type { ApprovalAction } from '../events.ts';
import { hideInAction, hidesSecrets } from '../hide-secrets.ts';

/** Path in the record of the text that holds everything a question allows. */
export function questionPath(id: number): string {
  return `questions/question-${id}.md`;
}

/** What a question says when its action holds secrets of the repository. */
export const SECRETS_HIDDEN =
  'It holds secrets that stand in the repository. They are shown as marks such as [API key], here and in the record; what runs holds them as they stand there.';

/** Everything that an approval allows, uncut and to the letter but for secrets: what the message in the thread can only show the beginning of.
 *  `texts`: files that the action names by their digests alone. */
export function renderQuestion(
  id: number,
  title: string,
  action: ApprovalAction,
  digest: string,
  texts: readonly { readonly path: string; readonly content: string }[] = [],
): string {
  const hidden = hideInAction(action);
  const { files, rest } = splitFiles(hidden);
  const parts = [
    `# Question ${id}: ${title}`,
    `SHA-256 of the action (canonical JSON): \`${digest}\``,
    ...(hidesSecrets(action) ? [SECRETS_HIDDEN] : []),
    `## The action without its files\n\n${fence(JSON.stringify(rest, null, 2), 'json')}`,
    ...[...files, ...texts].map((file) => `## File ${JSON.stringify(file.path)}\n\n${fence(file.content, '')}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The texts that an action holds, apart from the rest of it; an experiment names its files by their digests. */
function splitFiles(action: ApprovalAction): { files: readonly { path: string; content: string }[]; rest: object } {
  if (action.kind === 'run-experiment' || action.kind === 'run-command') return { files: [], rest: action };
  const { files, ...rest } = action;
  return { files, rest };
}

/** A fence longer than any run of backticks inside, so that the content cannot end it. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (match) => match[0].length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${text}\n${mark}`;
}
