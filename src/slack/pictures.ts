import { describeChart } from '../core/charts/describe.ts';
import { fingerprintChart } from '../core/charts/fingerprint.ts';
import type { Part, Slot } from '../core/run/slots.ts';
import { renderSlot, type RenderedSlot, type ShownPicture } from './blocks.ts';
import { classifySlackError } from './errors.ts';
import { guard, hashRendered, isAboutBlocks, remember, takeTurns, type ThreadRun, type Wait } from './thread-run.ts';
import type { PicturePlace, SentSlot } from './thread-store.ts';
import { deleteFile, uploadPicture } from './upload.ts';

type Picture = Extract<Part, { kind: 'picture' }>;

const EMPTY: PicturePlace = { shown: null, next: null, refused: null };
/** Slack takes a picture into a message only once it has looked at the file, which takes it a moment and now and then longer. */
const LOOK_AGAIN_MS = 1_000;
const PATIENCE_MS = 60_000;

/** The slot's message with those pictures that Slack has. */
export function renderWithPictures(
  slot: Slot,
  sent: SentSlot | undefined,
  change: ReadonlyMap<string, ShownPicture> = new Map(),
): RenderedSlot {
  const shown = Object.entries(sent?.pictures ?? {}).flatMap(([name, place]) =>
    place.shown === null ? [] : [[name, place.shown] as const],
  );
  return renderSlot(slot, { mention: false, pictures: new Map([...shown, ...change]) });
}

/** What is known of a message after Slack would not have its pictures any more: they are made anew. */
export function forgetPictures(sent: SentSlot): SentSlot {
  const files = Object.values(sent.pictures).flatMap(({ shown }) => (shown === null ? [] : [shown.file]));
  return { ...sent, pictures: {}, stale: [...sent.stale, ...files] };
}

/**
 * Brings the pictures of a posted message up to date: each is uploaded for nobody to see, put into the message by an edit, and the one before it
 * is deleted. Made anew only where it would look different, and no more often than the pace allows, except for the last one. Safe to break off
 * anywhere: which file was begun is remembered before its first byte is sent.
 */
export async function refreshPictures(run: ThreadRun, slot: Slot): Promise<Wait> {
  const parts = slot.parts.filter((part) => part.kind === 'picture');
  const known = run.sent.get(slot.name);
  if (known === undefined || known.ts === null || known.gone) return null;
  await dropOthers(run, slot.name, known, parts);
  for (const part of parts) {
    const waiting = await refreshPicture(run, slot, part);
    if (waiting !== null) return waiting;
  }
  return deleteStale(run, slot.name);
}

/** Pictures that the slot does not name any more have left the message with its last edit. */
async function dropOthers(run: ThreadRun, slot: string, known: SentSlot, parts: readonly Picture[]): Promise<void> {
  const names = new Set(parts.map(({ name }) => name));
  const gone = Object.entries(known.pictures).filter(([name]) => !names.has(name));
  if (gone.length === 0) return;
  const files = gone.flatMap(([, { shown, next }]) => [shown, next].flatMap((one) => (one === null ? [] : [one.file])));
  const pictures = Object.fromEntries(Object.entries(known.pictures).filter(([name]) => names.has(name)));
  await remember(run, slot, { ...known, pictures, stale: [...known.stale, ...files] });
}

async function refreshPicture(run: ThreadRun, slot: Slot, part: Picture): Promise<Wait> {
  let place = placeOf(run, slot.name, part.name);
  if (place.next !== null && !place.next.whole) {
    const { file } = place.next;
    place = await change(run, slot.name, part.name, { next: null }, { stale: [file] });
  }
  if (place.next === null) {
    const mark = fingerprintChart(part.chart);
    if (place.shown?.mark === mark || place.refused === mark) return null;
    const { paceMs } = run.deps.pictures;
    if (place.shown !== null && !part.isFinal && run.deps.now() - place.shown.at < paceMs) return null;
    const waiting = await makePicture(run, slot.name, part, mark);
    if (waiting !== null) return waiting;
  }
  return putPicture(run, slot, part.name);
}

async function makePicture(run: ThreadRun, slot: string, part: Picture, mark: string): Promise<Wait> {
  const { deps } = run;
  const content = await deps.pictures.draw(part.chart);
  if (content === null) {
    await change(run, slot, part.name, { refused: mark });
    return null;
  }
  const alt = describeChart(part.chart);
  const next = { alt, mark, at: deps.now() };
  const begin = async (file: string): Promise<void> => {
    await change(run, slot, part.name, { next: { ...next, file, whole: false } });
  };
  const sent = await refusable(() =>
    guard(run, 'files', () => uploadPicture(deps.client, { name: `${part.name}.png`, title: part.chart.title, alt, content }, begin)),
  );
  if (sent === 'refused' || (sent.wait === null && sent.value === null)) {
    const begun = placeOf(run, slot, part.name).next;
    await change(run, slot, part.name, { next: null, refused: mark }, { stale: begun === null ? [] : [begun.file] });
    return null;
  }
  if (sent.value !== null) await change(run, slot, part.name, { next: { ...next, file: sent.value, whole: true } });
  return sent.wait;
}

async function putPicture(run: ThreadRun, slot: Slot, name: string): Promise<Wait> {
  const { deps } = run;
  const known = run.sent.get(slot.name);
  const place = placeOf(run, slot.name, name);
  const { next } = place;
  if (known === undefined || known.ts === null || next === null) return null;
  const age = deps.now() - next.at;
  if (age < LOOK_AGAIN_MS) return { ms: LOOK_AGAIN_MS - age, why: 'Slack is looking at a picture' };
  const turn = await takeTurns(run, [{ line: 'update', perMinute: deps.rates.updatesPerMinute * 0.75, burst: 4 }]);
  if (turn > 0) return { ms: turn, why: 'Slack allows only so many edits a minute' };
  const rendered = renderWithPictures(slot, known, new Map([[name, next]]));
  const { ts } = known;
  const edited = await refusable(() => guard(run, 'chat.update', () => deps.client.chat.update({ channel: run.channel, ts, ...rendered })));
  if (edited === 'refused') {
    if (deps.now() - next.at < PATIENCE_MS) return { ms: LOOK_AGAIN_MS, why: 'Slack is looking at a picture' };
    await change(run, slot.name, name, { next: null, refused: next.mark }, { stale: [next.file] });
    return null;
  }
  if (edited.wait !== null) return edited.wait;
  if (edited.value === null) {
    await remember(run, slot.name, { ...known, gone: true });
    return null;
  }
  const { whole: _, ...shown } = next;
  const old = place.shown === null ? [] : [place.shown.file];
  await change(run, slot.name, name, { shown, next: null, refused: null }, { stale: old, hash: hashRendered(rendered) });
  return null;
}

async function deleteStale(run: ThreadRun, slot: string): Promise<Wait> {
  for (const file of run.sent.get(slot)?.stale ?? []) {
    const deleted = await refusable(() => guard(run, 'files.delete', () => deleteFile(run.deps.client, file)));
    if (deleted !== 'refused' && deleted.wait !== null) return deleted.wait;
    const known = run.sent.get(slot);
    if (known !== undefined) await remember(run, slot, { ...known, stale: known.stale.filter((one) => one !== file) });
  }
  return null;
}

function placeOf(run: ThreadRun, slot: string, name: string): PicturePlace {
  return run.sent.get(slot)?.pictures[name] ?? EMPTY;
}

/** Remembers a change of one place, the files that stand nowhere from now on, and what the message was changed to, in one go. */
async function change(
  run: ThreadRun,
  slot: string,
  name: string,
  parts: Partial<PicturePlace>,
  more: { readonly stale: readonly string[]; readonly hash?: string } = { stale: [] },
): Promise<PicturePlace> {
  const known = run.sent.get(slot);
  const place = { ...placeOf(run, slot, name), ...parts };
  if (known !== undefined) {
    const pictures = { ...known.pictures, [name]: place };
    await remember(run, slot, { ...known, hash: more.hash ?? known.hash, pictures, stale: [...known.stale, ...more.stale] });
  }
  return place;
}

/** Turns Slack's no to what we sent into a word: a picture is never worth holding up a thread. */
async function refusable<T>(call: () => Promise<T>): Promise<T | 'refused'> {
  try {
    return await call();
  } catch (error) {
    if (isAboutBlocks(error) || classifySlackError(error).kind === 'refused') return 'refused';
    throw error;
  }
}
