/** Questions about the chronology that rules can answer: a row a kind of question. Pure; every line of an answer is an entry. */
import type { Entry } from '../diary/entry.ts';
import { countUses, GPU_HOURS, KAGGLE_HOURS, tellsHours, WATCHED_GPU_HOURS } from '../diary/used.ts';
import { groupBy } from '../group-by.ts';
import { formatCount, formatDuration, formatNumber } from '../run/format.ts';
import { findLastBest, isBetter, listSeries, type Series } from './series.ts';

export interface Answer {
  /** One or two sentences; every number in them stands in the lines or is counted from them. */
  readonly lead: string;
  readonly lines: readonly { readonly entry: Entry; readonly text: string }[];
}

interface Kind {
  readonly asks: RegExp;
  readonly answer: (entries: readonly Entry[], match: RegExpExecArray) => Answer | null;
}

const MOST_LINES = 20;

const KINDS: readonly Kind[] = [
  {
    asks: /\bwhen did (?:the |our )?(.{1,60}?) stop (?:falling|rising|improving|decreasing|increasing|getting better|going (?:down|up))/i,
    answer: (entries, match) => answerStopped(entries, match[1] ?? ''),
  },
  {
    asks: /\b(?:tried|try|did we do|done|attempted)\b.{0,40}?\b(?:against|about|for)\b (?:the |an? )?(.{1,60}?)\s*[?.!]*$/i,
    answer: (entries, match) => answerTried(entries, match[1] ?? ''),
  },
  {
    asks: /\b(?:fixed|solved|got over|cured|helped(?: against)?)\b(?: the| an?)?\s*(.{0,60}?)\s*[?.!]*$/i,
    answer: (entries, match) => answerFixed(entries, match[1] ?? ''),
  },
  {
    asks: /\bwho (decided|approved|allowed|rejected|refused|cancelled|canceled|said|resumed|set)\b\s*(.{0,80}?)\s*[?.!]*$/i,
    answer: (entries, match) => answerWho(entries, match[1] ?? '', match[2] ?? ''),
  },
  { asks: /\bhow long\b(.{0,120}?)\s*[?.!]*$/i, answer: (entries, match) => answerHowLong(entries, match[1] ?? '') },
  { asks: /\bhow (?:much|many)\b|\b(?:cost|spent|tokens|gpu.?hours)\b/i, answer: (entries) => answerHowMuch(entries) },
  {
    asks: /\bprogress|improv|\bbetter\b|getting (?:any|some)where|how (?:are|is) (?:we|it) (?:doing|going)/i,
    answer: (entries) => answerProgress(entries),
  },
];

/** The answer of the first kind that fits and has something to say; null where the question is for a search. */
export function answerByRules(question: string, entries: readonly Entry[]): Answer | null {
  for (const { asks, answer } of KINDS) {
    const match = asks.exec(question.slice(0, 500));
    const found = match === null ? null : answer(entries, match);
    if (found !== null) return { ...found, lines: found.lines.slice(-MOST_LINES) };
  }
  return null;
}

const line = (entry: Entry): Answer['lines'][number] => ({ entry, text: entry.text });

function answerProgress(entries: readonly Entry[]): Answer | null {
  const series = listSeries(entries).filter(({ points }) => points.length > 1);
  const [longest] = series.toSorted((a, b) => b.points.length - a.points.length);
  if (longest === undefined) return null;
  const [first, last, best] = [longest.points[0], longest.points.at(-1) ?? longest.points[0], findLastBest(longest)];
  const since = longest.points.length - 1 - longest.points.indexOf(best);
  const word = best === first ? 'No' : since === 0 ? 'Yes' : `Not in the last ${formatCount(since, 'measurement')}`;
  const lead = `${word}: ${longest.name} of ${longest.about} went from ${formatNumber(first.value)} to ${formatNumber(last.value)} over ${formatCount(longest.points.length, 'measurement')}; the best is ${formatNumber(best.value)}.`;
  return { lead, lines: showPoints(longest) };
}

function showPoints(series: Series): Answer['lines'] {
  return series.points.map(({ value, entry }, index) => {
    const before = series.points[index - 1];
    const word = before === undefined ? '' : isBetter(series.name, before.value, value) ? ', better' : ', not better';
    return { entry, text: `${series.name} ${formatNumber(value)}${word}` };
  });
}

function answerStopped(entries: readonly Entry[], metric: string): Answer | null {
  const wanted = metric.toLowerCase();
  const series = listSeries(entries)
    .filter(
      ({ name, about }) =>
        wanted.includes(name.toLowerCase()) || name.toLowerCase().includes(wanted) || wanted.includes(about.toLowerCase()),
    )
    .toSorted((a, b) => b.points.length - a.points.length)[0];
  if (series === undefined) return null;
  const best = findLastBest(series);
  const since = series.points.length - 1 - series.points.indexOf(best);
  const lead =
    since === 0
      ? `It has not: the newest ${series.name} of ${series.about}, ${formatNumber(best.value)}, is the best so far.`
      : `The last improvement of ${series.name} of ${series.about} was ${formatNumber(best.value)}; the ${formatCount(since, 'measurement')} since were not better.`;
  return { lead, lines: showPoints(series) };
}

/** Whether all words of a person stand in the class or the words of an entry. */
function isAbout(entry: Entry, words: string): boolean {
  const pool = `${entry.topic.replaceAll(/[_-]/g, ' ')} ${entry.about} ${entry.text}`.toLowerCase();
  const wanted = words
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !/^(?:the|it|this|that|error|errors|failure|problem|of|in|on)$/.test(word));
  return wanted.every((word) => pool.includes(word) || (word === 'oom' && pool.includes('out of memory')));
}

/** After each failure of that class: what was changed in the same run, and whether it came back. */
function answerTried(entries: readonly Entry[], words: string): Answer | null {
  const failures = entries.filter((entry) => entry.kind === 'failure' && isAbout(entry, words));
  if (failures.length === 0) return null;
  const changes = failures.flatMap((failure) => {
    const later = entries.slice(entries.indexOf(failure) + 1).filter(({ source }) => source.id === failure.source.id);
    const end = later.findIndex(({ kind }) => kind === 'failure');
    return later
      .slice(0, end < 0 ? later.length : end)
      .filter(({ kind, topic }) => kind === 'change' && topic !== 'sample' && topic !== 'environment');
  });
  const fixes = entries.filter((entry) => isFix(entry) && isAbout(entry, words));
  const tried = new Set(changes.filter((entry) => !isFix(entry)));
  const lines = [...new Set([...failures, ...tried, ...fixes])].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(line);
  const got = fixes.length === 0 ? 'not got over yet' : `got over ${fixes.length === 1 ? 'once' : `${fixes.length} times`}`;
  const lead = `${formatCount(failures.length, 'such failure')}, ${formatCount(tried.size, 'change')} tried after ${failures.length === 1 ? 'it' : 'them'}, ${got}.`;
  return { lead, lines };
}

function isFix({ kind, source }: Entry): boolean {
  return kind === 'change' && source.event === 'step.done';
}

function answerFixed(entries: readonly Entry[], words: string): Answer | null {
  const fixes = entries.filter((entry) => isFix(entry) && isAbout(entry, words));
  if (fixes.length === 0) return null;
  return {
    lead: `${formatCount(fixes.length, 'failure')} of that kind ${fixes.length === 1 ? 'was' : 'were'} got over:`,
    lines: fixes.map(line),
  };
}

/** What a decision of that name has as its topic; the others are any decision. */
const VERDICTS: Readonly<Record<string, string>> = {
  approved: 'yes',
  allowed: 'yes',
  rejected: 'no',
  refused: 'no',
  cancelled: 'cancel',
  canceled: 'cancel',
  resumed: 'resume',
};

function answerWho(entries: readonly Entry[], verb: string, words: string): Answer | null {
  const verdict = VERDICTS[verb.toLowerCase()];
  const decisions = entries.filter(
    ({ kind, by, topic }) => kind === 'decision' && by !== null && (verdict === undefined || topic === verdict),
  );
  const fitting = decisions.filter((entry) => isAbout(entry, words));
  const shown = fitting.length > 0 ? fitting : decisions;
  if (shown.length === 0) return null;
  const lead = fitting.length > 0 ? `${formatCount(fitting.length, 'decision')}:` : 'No such decision has all of these words; all of them:';
  return { lead, lines: shown.map(line) };
}

function answerHowLong(entries: readonly Entry[], words: string): Answer | null {
  const timed = entries.flatMap((entry) =>
    entry.figures.filter(({ unit, name }) => unit === 's' && name !== 'wall time').map((figure) => ({ entry, figure })),
  );
  const wanted = words.toLowerCase();
  const named = timed.filter(
    ({ figure }) =>
      wanted.includes(figure.name.replace(/ time$/, '').toLowerCase()) || wanted.includes(figure.name.slice(0, 5).toLowerCase()),
  );
  const shown = named.length > 0 ? named : timed.filter(({ figure }) => /^(?:training|inference|run) time$/.test(figure.name));
  if (shown.length === 0) return null;
  const parts = groupBy(shown, ({ figure }) => figure.name).map(
    ({ key, items }) =>
      `${key} ${formatDuration(items.reduce((sum, { figure }) => sum + figure.value, 0))} in all (${formatCount(items.length, 'time')})`,
  );
  return {
    lead: `${parts.join('; ')}.`,
    lines: shown.map(({ entry, figure }) => ({ entry, text: `${figure.name} ${formatDuration(figure.value)}` })),
  };
}

function answerHowMuch(entries: readonly Entry[]): Answer | null {
  const costs = countUses(entries).filter((entry) => entry.figures.some(({ name }) => name === 'money') || tellsHours(entry));
  if (costs.length === 0) return null;
  const sum = (name: string): number =>
    costs.flatMap(({ figures }) => figures.filter((one) => one.name === name)).reduce((total, { value }) => total + value, 0);
  const hours = [GPU_HOURS, KAGGLE_HOURS, WATCHED_GPU_HOURS].filter((name) => name === GPU_HOURS || sum(name) > 0);
  const used = hours.map((name) => `${formatNumber(sum(name))} ${name}`).join(', ');
  const lead = `$${sum('money').toFixed(4)} for ${sum('tokens in') + sum('tokens out')} tokens, and ${used}, in ${formatCount(costs.length, 'entry', 'entries')}. \`/hpc cost\` has it by model, run and person.`;
  return { lead, lines: costs.map(line) };
}
