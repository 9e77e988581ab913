/** Commands that only show where things go, and the examples that stand beside them. */
import type { WrittenCommand } from './commands.ts';
import { isPlaceholder } from './shell-words.ts';

/** The commands of a document; where it gives an example of one with holes, the example takes its place, and is for what it is for. */
export function fillTemplates(all: readonly WrittenCommand[]): readonly WrittenCommand[] {
  const examples = new Map<WrittenCommand, WrittenCommand>();
  for (const [index, template] of all.entries()) {
    if (!template.hasPlaceholder) continue;
    const others = [...all.slice(index + 1), ...all.slice(0, index)];
    const example = others.find((one) => isForTheSame(one, template) && isExampleOf(one, template));
    if (example !== undefined && !examples.has(example)) examples.set(example, template);
  }
  const filled = new Set(examples.values());
  return all
    .filter((one) => !filled.has(one))
    .map((one) => {
      const template = examples.get(one);
      return template === undefined ? one : { ...one, purpose: template.purpose, isInline: template.isInline };
    });
}

/** A section of its own about measuring gives no example of training. */
function isForTheSame(one: WrittenCommand, template: WrittenCommand): boolean {
  return one.purpose === null || one.purpose === 'usage' || one.purpose === template.purpose;
}

/** True for a command that says every word of the template, and something for each hole. */
function isExampleOf(one: WrittenCommand, template: WrittenCommand): boolean {
  if (one.hasPlaceholder || one.launcher !== template.launcher) return false;
  return template.argv.every((word, index) => {
    if (!word.startsWith('-') && isPlaceholder(word)) return listFixed(word).every((part) => one.argv.some((said) => said.includes(part)));
    // The value of an option may be another one.
    if (!word.startsWith('-') && template.argv[index - 1]?.startsWith('-') === true) return true;
    const key = word.split('=')[0] ?? word;
    return one.argv.some((said) => said === key || said.startsWith(`${key}=`));
  });
}

/** What a word says around its hole: of `config/<dataset>/train.yaml` the folder and the file. */
function listFixed(word: string): string[] {
  return word
    .split(/<[^<>]*>|\[[^[\]]*\]|\$?\{[^{}]*\}|\$\w+/)
    .filter((part) => /[./]/.test(part) && part.length > 2 && !isPlaceholder(part));
}
