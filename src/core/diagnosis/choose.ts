import { isMild, type Candidate } from './candidates.ts';
import { countMeaningfulAfter, findGoodEnd, findLastProgress, findRunBorder, type StateWord } from './health.ts';
import type { LogLine } from './prepare-log.ts';

const EPISODE = 80;
const ALARM =
  /error|fail|fatal|exception|denied|cannot|can't|could(?:n't| not)|unable|abort|killed|refused|invalid|undefined|no such|cancelled|\bnan\b/i;
const STRONG = new Set(['decisive', 'telling']);

/** What is left of the candidates once those that the job survived are gone. */
export function dropSurvived(lines: readonly LogLine[], candidates: readonly Candidate[], state: StateWord): Candidate[] {
  const firm = candidates.filter((one) => !isMild(one.line));
  if (state === 'completed') {
    return firm.filter((one) => one.raised?.traced === true && countMeaningfulAfter(lines, one.index, 3) < 3);
  }
  const going = Math.max(findLastProgress(lines), state === 'open' ? findGoodEnd(lines) : -1);
  const last = firm.findLast((one) => one.weight !== 'consequence')?.index ?? -1;
  const before = Math.max(going, findRunBorder(lines, last));
  const live = firm.filter((one) => one.index > before);
  if (live.length > 0 || state !== 'bad') return live;
  return firm.length > 0 ? firm : candidates.filter((one) => STRONG.has(one.weight));
}

/**
 * Picks the claim that ended the job: judged from the end, where a strong reason beats a generic exception, that beats a mere
 * consequence, and within the last episode a decisive line beats a telling one.
 */
export function chooseCandidate(candidates: readonly Candidate[]): Candidate | null {
  const generic = pickGeneric(candidates);
  const strong = candidates.filter((one) => STRONG.has(one.weight) && !isRemark(one, generic));
  const last = strong.at(-1);
  if (last === undefined) return generic === null ? pickConsequence(candidates) : findDeclaredCause(candidates, generic);
  if (generic !== null && generic.raised?.traced === true && generic.index - last.index > EPISODE) return generic;
  const episode = strong.filter((one) => last.index - one.index <= EPISODE);
  const decisive = episode.findLast((one) => one.weight === 'decisive');
  return preferRaised(episode, decisive === undefined || isNewRun(decisive, last) ? last : decisive);
}

/** What breaks the rest once one process has died of something else; it begins no new story. */
const FOLLOWS = new Set([
  'comm_failure',
  'network_timeout',
  'dataloader_worker',
  'segfault',
  'checkpoint_missing_or_mismatch',
  'dataset_missing',
]);

// Nothing outlives the traceback that ended it: where the same program raises again, and no rank says that it is another process beside
// it, it was started anew.
function isNewRun(before: Candidate, last: Candidate): boolean {
  const script = last.raised?.script ?? null;
  if (before.raised?.traced !== true || last.raised?.traced !== true || script === null || script !== before.raised.script) return false;
  return before.index < last.index && before.line.rank === null && last.line.rank === null && !FOLLOWS.has(last.failureClass.id);
}

// A line that sounds no alarm, before the traceback that ended the program, is a remark and no reason.
function isRemark({ weight, raised, index, line }: Candidate, generic: Candidate | null): boolean {
  return generic?.raised?.traced === true && weight === 'telling' && raised === null && index < generic.index && !ALARM.test(line.text);
}

// What a class knows as a mere consequence is no exception of the program's own; and of ranks the first to fall is the cause.
function pickGeneric(candidates: readonly Candidate[]): Candidate | null {
  const hollow = new Set(candidates.filter((one) => one.weight === 'consequence').map((one) => one.index));
  const generic = candidates.filter((one) => one.weight === 'generic' && !hollow.has(one.index));
  const last = generic.at(-1);
  if (last === undefined || last.line.rank === null) return last ?? null;
  return generic.find((one) => one.line.rank !== null && last.index - one.index <= EPISODE && isOtherRank(generic, one)) ?? last;
}

function isOtherRank(generic: readonly Candidate[], { index, line }: Candidate): boolean {
  return !generic.some((one) => one.index > index && one.line.rank === line.rank);
}

// "raise … from" declares its cause: of exceptions that say equally little the first of such a chain says most.
function findDeclaredCause(candidates: readonly Candidate[], generic: Candidate): Candidate {
  let first = generic;
  for (let cause = first.raised?.causedBy ?? null; cause !== null; cause = first.raised?.causedBy ?? null) {
    const before = candidates.find((one) => one.index === cause && one.weight === 'generic');
    if (before === undefined || before.index >= first.index) break;
    first = before;
  }
  return first;
}

/** Of lines of one class and weight, the exception itself proves more than an echo of it. */
function preferRaised(episode: readonly Candidate[], chosen: Candidate): Candidate {
  if (chosen.raised !== null) return chosen;
  const same = episode.filter((one) => one.failureClass === chosen.failureClass && one.weight === chosen.weight);
  return same.findLast((one) => one.raised?.traced === true) ?? same[0] ?? chosen;
}

function pickConsequence(candidates: readonly Candidate[]): Candidate | null {
  const hollow = candidates.filter((one) => one.weight === 'consequence');
  const last = hollow.at(-1);
  if (last === undefined) return null;
  // Of what only follows from something else, the first is nearest to the cause.
  return hollow.find((one) => last.index - one.index <= EPISODE) ?? last;
}
