import type { LogLine } from './prepare-log.ts';

const COMPLETED = /^(?:COMPLETED?|CD|SUCCEEDED|SUCCESS)$/i;
const BAD = /^(?:FAILED|ERROR|TIMEOUT|DEADLINE|OUT_OF_MEMORY|NODE_FAIL|BOOT_FAIL|PREEMPTED|CANCELLED|F|TO|OOM|NF|PR|CA)\b/i;
const PROGRESS = [
  /\d+%\|.{0,60}\|\s*\d[\d.kM]*\/\d/,
  /\b(?:step|iter(?:ation)?|epoch|batch|round)s?\b\W{0,6}\d+.*\b(?:\w*loss|ppl|acc\w*|auc|rmse|lr)\b\W{0,4}\d/i,
  /^\{'(?:loss|eval_loss|train_loss|train_runtime)'/,
  /^\d+\/\d+ [[━].*(?:loss|ETA|ms\/step)/,
];
const SUCCESS =
  /\b(?:training|job|run|evaluation|everything)\b.{0,20}\b(?:finished|completed?|done|succeeded)\b|^\W*(?:finished|completed|(?:all )?done)\b|\bexit code:? 0\b|\bfinished successfully\b|^Successfully (?:installed|built)|^Operation completed|^=+ .*\d+ passed|max_(?:epochs|steps)=\d+` reached|'train_runtime'/i;
const UNHAPPY = /\b(?:with errors?|not|unsuccessful|exit code:? [1-9])\b/i;
// Bars of fetching and preparing go on in other processes long after one has died.
const PREPARING =
  /^\W*(?:Loading|Downloading|Extracting|Generating|Map|Filter|Fetching|Tokeniz|Resolving|Saving|Collecting|Installing|Processing)/;
const NOISE =
  /^\s*$|^\]$|^\[NbConvertApp\]|nbconvert|mistune|traitlets|^\s+(?:text|return|warn|warnings)\b|^wandb:|exit(?:ed)? (?:code|with)|^srun: (?:error|Terminating|Job step)|^slurmstepd/;

// The whole work, and not one of its parts.
const WORK_ENDED =
  /\b(?:training|tuning|job|run|evaluation|experiment|everything)\b.{0,20}\b(?:finished|completed?|done|succeeded)\b|finished successfully|max_(?:epochs|steps)=\d+` reached|'train_runtime'/i;

// What a script prints before anything else: a log that holds it twice holds two runs.
const WORK_BEGINS =
  /^\W{0,8}(?:(?:slurm[ _])?job[ _]?(?:id\b|started\b|starts?\b|begins?\b|#?\d{1,12} (?:started|on|begins?)\b)|start(?:ing|ed)? (?:job|run|attempt|experiment)\b|run #?\d{1,4}\b|(?:attempt|try) #?\d{1,3}\b(?! ?(?:of|\/|failed))|restart(?:ing|ed) (?:the )?(?:job|run|training)\b|running on (?:node|host|machine)s?\b)/i;

export type StateWord = 'completed' | 'bad' | 'open';

/** What the scheduler's word means for the health of a job; `open` where it says nothing either way. */
export function readState(state: string | null): StateWord {
  const word = state?.trim() ?? '';
  if (COMPLETED.test(word)) return 'completed';
  return BAD.test(word) ? 'bad' : 'open';
}

/** True for a line that only a training that goes on would print. */
function isProgressLine(text: string): boolean {
  return text.length < 1000 && !PREPARING.test(text) && PROGRESS.some((pattern) => pattern.test(text));
}

/** Index of the line from which on at least two signs of going on follow nothing any more: what stands before was survived. */
export function findLastProgress(lines: readonly LogLine[]): number {
  let seen = 0;
  for (let index = lines.length - 1; index >= 0; index--) {
    if (!isProgressLine(lines[index]?.text ?? '')) continue;
    seen += 1;
    if (seen === 2) return index;
  }
  return -1;
}

/** Index of a line among the last few that says that the work came to its end, or -1. */
export function findGoodEnd(lines: readonly LogLine[]): number {
  let meaningful = 0;
  for (let index = lines.length - 1; index >= 0 && meaningful < 4; index--) {
    const text = lines[index]?.text ?? '';
    if (SUCCESS.test(text) && !UNHAPPY.test(text)) return index;
    if (!NOISE.test(text)) meaningful += 1;
  }
  return -1;
}

/** Index of the last line before another at which one run had come to its end or the next began, or -1: what follows is another story. */
export function findRunBorder(lines: readonly LogLine[], before: number): number {
  for (let index = before - 1; index >= 0; index--) {
    const text = lines[index]?.text ?? '';
    if (text.length > 300) continue;
    if ((WORK_ENDED.test(text) && !UNHAPPY.test(text)) || WORK_BEGINS.test(text)) return index;
  }
  return -1;
}

/** How many lines that mean something follow an index, up to `limit`. */
export function countMeaningfulAfter(lines: readonly LogLine[], index: number, limit: number): number {
  let count = 0;
  for (let at = index + 1; at < lines.length && count < limit; at++) if (!NOISE.test(lines[at]?.text ?? '')) count += 1;
  return count;
}
