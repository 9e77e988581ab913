/** A digest as one message, what needs somebody first. Pure. */
import { redactDeep } from '../redact.ts';
import type { Line, Part, Slot, Span } from '../run/slots.ts';
import type { RunState } from '../run/state.ts';
import { viewInShort } from '../run/view/in-short.ts';
import { dayOf, showDay } from './clock.ts';
import { isOnDemand, isWeekly } from './plan-editions.ts';
import type { Ask, Digest, DigestLine, Piece, SectionName } from './schema.ts';

const TITLES: Readonly<Record<SectionName, string>> = {
  moved: 'What moved',
  results: 'Best results',
  failures: 'Failures',
  ideas: 'Ideas',
  costs: 'Used',
  trends: 'The week in numbers',
  ahead: 'Overnight',
};

/** The message of a digest; no known secret is in it. `states` are the runs whose questions are asked, as they are now: what was answered
 *  meanwhile shows its answer. */
export function viewDigest(digest: Digest, states: ReadonlyMap<string, RunState>): Slot {
  const show = (line: DigestLine): Line => line.map((piece) => showPiece(piece, digest.links));
  const parts: Part[] = [
    ...viewHead(digest, show),
    ...digest.asks.flatMap((ask) => viewAsk(ask, states, show)),
    ...(digest.waits.length === 0 ? [] : [{ kind: 'text' as const, lines: digest.waits.map((line) => bullet(show(line))) }]),
    ...digest.sections.flatMap(({ name, lines }): Part[] => [
      { kind: 'text', lines: [[{ text: TITLES[name], style: 'bold' }], ...lines.map((line) => bullet(show(line)))] },
      ...(name === 'results' && digest.chart !== null
        ? [{ kind: 'picture' as const, name: 'results', chart: digest.chart, isFinal: true }]
        : []),
    ]),
    ...viewFoot(digest),
  ];
  return redactDeep({
    name: 'status',
    place: 'root',
    mention: [],
    summary: `Digest of ${digest.title}, ${nameEdition(digest)}: ${sayHeadline(digest)}`,
    parts,
    files: [],
  });
}

/** The headline where people cannot be named. */
function sayHeadline({ headline }: Digest): string {
  const [first] = headline;
  if (first !== undefined && headline.some(({ user }) => user !== undefined)) return `${first.text}.`;
  return headline.map(({ text }) => text).join('');
}

function nameEdition({ edition, zone, to }: Digest): string {
  if (isOnDemand(edition)) return 'so far';
  if (!isWeekly(edition)) return showDay(edition);
  return `week ${Number(edition.slice(-2))}, until ${showDay(dayOf(to, zone))}`;
}

function viewAsk(ask: Ask, states: ReadonlyMap<string, RunState>, show: (line: DigestLine) => Line): Part[] {
  const state = states.get(ask.run);
  const approval = state?.approvals.find(({ id }) => id === ask.approval);
  const line: Part = { kind: 'text', lines: [show(ask.line)] };
  return state === undefined || approval === undefined ? [line] : [line, ...viewInShort(state, approval)];
}

/** Where nothing happened, all of it is one line. */
function viewHead(digest: Digest, show: (line: DigestLine) => Line): Part[] {
  const title = `${digest.title} · ${nameEdition(digest)}`;
  const headline = show(digest.headline);
  if (digest.quiet)
    return [{ kind: 'text', lines: [[{ text: `${title} · ` }, ...(typeof headline === 'string' ? [{ text: headline }] : headline)]] }];
  return [
    { kind: 'heading', text: title },
    { kind: 'text', lines: [headline, ...digest.opening.map(show)] },
  ];
}

/** Everything that no line stands for is counted here, so that nothing is left out without a word. */
function viewFoot({ further, quiet, openedBy }: Digest): Part[] {
  if (quiet) return [];
  const count = further.length;
  const rest = count === 0 ? [] : [`${count} further ${count === 1 ? 'event' : 'events'}, in full in SCRATCH.md.`];
  const speaker = openedBy === null ? [] : [`The opening is by ${openedBy} and was held against what happened.`];
  return [{ kind: 'quiet', lines: [...rest, ...speaker, 'When this comes: /hpc digest'] }];
}

function bullet(line: Line): Line {
  return typeof line === 'string' ? `• ${line}` : [{ text: '• ' }, ...line];
}

function showPiece({ text, style, user, time, thread }: Piece, links: Digest['links']): Span {
  const link = thread === undefined ? undefined : links[`${thread.channel} ${thread.ts}`];
  return {
    text,
    ...(style === undefined ? {} : { style }),
    ...(user === undefined ? {} : { user }),
    ...(time === undefined ? {} : { time }),
    ...(link === undefined ? {} : { link }),
  };
}
