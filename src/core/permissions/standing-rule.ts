import { z } from 'zod';
import { judgeCommand } from './judge.ts';
import { ANY_MARK } from './marks.ts';
import { findPlaces } from './paths.ts';
import { splitPath, type Policy } from './policy.ts';
import { readPieces } from './read-pieces.ts';
import type { ParseShell } from './syntax.ts';
import type { Effect, Judgement } from './verdict.ts';

/** One word of a rule: exactly this text, or this text with a number behind it. */
const RuleWord = z.object({ text: z.string(), number: z.boolean() });

/**
 * What a person allowed for good: one plain command, word by word, at one site, on one kind of node, in one folder of a run and below. It never
 * covers pipes, lists, redirections, assignments, substitutions or globs, and never what is refused.
 */
export const StandingRule = z.object({
  site: z.string(),
  where: z.enum(['login', 'compute']),
  /** From the run's folder; empty for that itself. */
  folder: z.string(),
  words: z.array(RuleWord).min(1),
});
export type StandingRule = z.infer<typeof StandingRule>;

/** A rule as it is put to a person, who sees what else it would allow before it counts. */
export const RuleOffer = z.object({
  rule: StandingRule,
  /** The rule as people read it, `<number>` where any number goes. */
  pattern: z.string(),
  /** Other commands that it would allow; empty where it allows exactly this one. */
  examples: z.array(z.string()),
});
export type RuleOffer = z.infer<typeof RuleOffer>;

export type RuleProposal = (RuleOffer & { readonly why: null }) | { readonly rule: null; readonly why: string };

const NUMBER = /^\d{1,9}(?:\.\d{1,9})?$/;
/** Nobody decides on these for good. */
const NEVER: ReadonlySet<Effect> = new Set<Effect>([
  'deletes files',
  'cancels jobs',
  'stops processes',
  'sends data away',
  'shows secrets',
  'stays running',
  'changes the shell',
  'is not understood',
]);

/** Proposes the narrowest rule that covers the command again, or says why there can be none. */
export function proposeRule(source: string, policy: Policy, parse: ParseShell): RuleProposal {
  const judgement = judgeCommand(source, policy, parse);
  const obstacle = findObstacle(judgement);
  if (obstacle !== null) return { rule: null, why: obstacle };
  const words = readPlainWords(source, parse);
  if (words === null) return { rule: null, why: 'it is more than one plain command, and a rule covers one' };
  const folder = findOwnFolder(policy);
  if (folder === null) return { rule: null, why: 'it does not run in a folder of the run' };
  const rule: StandingRule = {
    site: policy.site,
    where: policy.where,
    folder: folder.join('/'),
    words: words.map((word, index) => makeWord(word, words[index - 1])),
  };
  return { rule, pattern: renderRule(rule), examples: listExamples(rule), why: null };
}

/** Whether a rule covers a command; what is refused is never covered, whatever the rule says. */
export function matchesRule(rule: StandingRule, source: string, policy: Policy, parse: ParseShell): boolean {
  if (rule.site !== policy.site || rule.where !== policy.where) return false;
  const folder = findOwnFolder(policy);
  if (folder === null || !splitPath(rule.folder).every((part, index) => folder[index] === part)) return false;
  const words = readPlainWords(source, parse);
  if (words === null || words.length !== rule.words.length) return false;
  const same = rule.words.every(({ text, number }, index) => {
    const word = words[index]!;
    return number ? word.startsWith(text) && NUMBER.test(word.slice(text.length)) : word === text;
  });
  return same && findObstacle(judgeCommand(source, policy, parse)) === null;
}

function findObstacle(judgement: Judgement): string | null {
  if (judgement.verdict === 'allow') return 'it runs unasked anyway';
  if (judgement.verdict === 'refuse') return 'it is refused, and no rule changes that';
  return explainNever(judgement);
}

/** Why every single time of a command is asked about, whatever was answered before; null where an answer may cover more than one time. */
export function explainNever({ findings }: Judgement): string | null {
  const never = findings.find(({ effect }) => effect !== null && NEVER.has(effect));
  return never === undefined ? null : `it ${never.why}; that is asked each time`;
}

/** Where a command line starts, from the run's folder; null outside of it. */
function findOwnFolder(policy: Policy): string[] | null {
  const [start, run] = ['.', policy.runFolder].map((path) => splitPath(findPlaces(path, [policy.cwd], policy)[0]?.path ?? ''));
  if (start === undefined || run === undefined || run.length === 0) return null;
  return run.every((part, index) => start[index] === part) ? start.slice(run.length) : null;
}

/** The words of one plain command as its program gets them; null where anything else stands in the line. */
function readPlainWords(source: string, parse: ParseShell): string[] | null {
  if (ANY_MARK.test(source)) return null;
  const [statement, ...others] = parse(source).script ?? [];
  if (statement?.kind !== 'command' || others.length + statement.assignments.length + statement.redirects.length > 0) return null;
  const words: string[] = [];
  for (const word of statement.words) {
    let text = '';
    for (const piece of readPieces(word)) {
      if (piece.kind !== 'text' || (!piece.quoted && /[*?[\]{}~]/.test(piece.value))) return null;
      text += piece.value;
    }
    words.push(text);
  }
  return words;
}

/** The value of an option may be another number next time; a number that stands for itself (a job, a process) may not. */
function makeWord(word: string, before: string | undefined): z.infer<typeof RuleWord> {
  const option = /^(--?[A-Za-z][\w-]{0,60}=)(.*)$/s.exec(word);
  if (option !== null && NUMBER.test(option[2] ?? '')) return { text: option[1] ?? '', number: true };
  const isValue = before !== undefined && /^--[A-Za-z][\w-]{0,60}$/.test(before) && NUMBER.test(word);
  return isValue ? { text: '', number: true } : { text: word, number: false };
}

function renderRule(rule: StandingRule): string {
  return rule.words.map(({ text, number }) => (number ? `${text}<number>` : text)).join(' ');
}

function listExamples(rule: StandingRule): string[] {
  if (!rule.words.some((word) => word.number)) return [];
  return ['1', '8', '100000'].map((value) => rule.words.map(({ text, number }) => (number ? text + value : text)).join(' '));
}
