import type { ApprovalAction } from '../events.ts';

/** Path in the record of the text that holds everything a question allows. */
export function questionPath(id: number): string {
  return `questions/question-${id}.md`;
}

/** Everything that an approval allows, to the letter and uncut: what the message in the thread can only show the beginning of. */
export function renderQuestion(id: number, title: string, action: ApprovalAction, digest: string): string {
  const { files, ...rest } = action;
  const parts = [
    `# Question ${id}: ${title}`,
    `SHA-256 of the action (canonical JSON): \`${digest}\``,
    `## The action without its files\n\n${fence(JSON.stringify(rest, null, 2), 'json')}`,
    ...files.map((file) => `## File ${JSON.stringify(file.path)}\n\n${fence(file.content, '')}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** A fence longer than any run of backticks inside, so that the content cannot end it. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (match) => match[0].length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${text}\n${mark}`;
}
