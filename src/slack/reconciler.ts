import type { Slot } from '../core/run/slots.ts';
import { renderSlot, type RenderedSlot } from './blocks.ts';
import { findPostedFile, findPostedSlot } from './find-posted.ts';
import { forgetPictures, refreshPictures, renderWithPictures } from './pictures.ts';
import {
  guard,
  hashRendered,
  remember,
  sendReadable,
  SETTLE_MS,
  takeTurns,
  type ReconcilerDeps,
  type ThreadRun,
  type Wait,
} from './thread-run.ts';
import type { SentSlot, ThreadOwner } from './thread-store.ts';
import { uploadFile } from './upload.ts';

export const METADATA_TYPE = 'reprobot_slot';
/** How long to wait before a channel that takes no posts of ours is tried again: somebody has to let the bot in. */
const BARRED_MS = 60_000;
/** What is known of a message that is new to the store. */
const NEW_SENT = { files: {}, pictures: {}, stale: [], adopted: false, gone: false };

/** `wait`: come back after so long, everything else in the thread is as it should be or waits too. */
export type Reconciled =
  | { readonly kind: 'settled'; readonly root: { readonly channel: string; readonly ts: string } | null }
  | {
      readonly kind: 'wait';
      readonly ms: number;
      readonly why: string;
      readonly root: { readonly channel: string; readonly ts: string } | null;
    };

/**
 * Makes a thread look as its slots say: posts what is not there, edits what has changed, leaves the rest. The only place that posts.
 * Safe to repeat after a crash at any point: a post is announced in the store before it is made and looked for in the thread after.
 */
export async function reconcileThread(deps: ReconcilerDeps, state: ThreadOwner, slots: readonly Slot[]): Promise<Reconciled> {
  const sent = await deps.store.load(state.id);
  const run = { deps, state, sent, channel: state.request.channel, root: state.thread?.ts ?? sent.get('status')?.ts ?? null };
  let wait: { ms: number; why: string } | null = null;
  for (const slot of slots) {
    const needed = await reconcileSlot(run, slot);
    if (needed !== null && (wait === null || needed.ms < wait.ms)) wait = needed;
    // Replies need the root, and keep their order: nothing is posted past a post that has to wait.
    if (needed !== null && (run.sent.get(slot.name)?.ts ?? null) === null) break;
    if (run.root === null) break;
  }
  const root = run.root === null ? null : { channel: run.channel, ts: run.root };
  return wait === null ? { kind: 'settled', root } : { kind: 'wait', ...wait, root };
}

async function reconcileSlot(run: ThreadRun, slot: Slot): Promise<Wait> {
  const known = run.sent.get(slot.name);
  if (known?.gone === true) return null;
  if (known === undefined || known.ts === null) {
    const waiting = await postSlot(run, slot, known);
    if (waiting !== null) return waiting;
  }
  // What was posted just now needs no edit; what was found in the thread may say something old.
  const there = run.sent.get(slot.name);
  if (there !== undefined && there.ts !== null) {
    const waiting = await editSlot(run, slot, there, there.ts);
    if (waiting !== null) return waiting;
  }
  const hanging = await hangFiles(run, slot);
  return hanging ?? refreshPictures(run, slot);
}

async function postSlot(run: ThreadRun, slot: Slot, known: SentSlot | undefined): Promise<Wait> {
  const { deps } = run;
  const rendered = renderSlot(slot, { mention: true });
  const hash = hashRendered(renderSlot(slot, { mention: false }));
  const adopted = await adoptSlot(run, slot, known);
  if (adopted !== 'absent') return adopted;
  const turn = await takeTurns(run, [
    { line: 'post', perMinute: deps.rates.postsPerMinute, burst: 10 },
    { line: `post:${run.channel}`, perMinute: deps.rates.postsPerMinutePerChannel, burst: 4 },
  ]);
  if (turn > 0) return { ms: turn, why: 'Slack takes only so many posts a minute' };
  await remember(run, slot.name, { ...NEW_SENT, ts: null, hash, begunAt: deps.now() });
  const posted = await guard(run, 'chat.postMessage', () => sendReadable(rendered, (content) => callPost(run, slot, content)));
  if (posted.wait !== null) return posted.wait;
  const ts = posted.value?.value.ts;
  if (ts === undefined) return { ms: BARRED_MS, why: `Slack lets nobody post here: ${posted.why}` };
  await remember(run, slot.name, { ...NEW_SENT, ts, hash, begunAt: deps.now() });
  return null;
}

/** Looks for a message that may be there although the store does not know it: its answer was lost, or the store was. */
async function adoptSlot(run: ThreadRun, slot: Slot, known: SentSlot | undefined): Promise<Wait | 'absent'> {
  const { deps, state } = run;
  const adopt = (ts: string): Promise<void> => remember(run, slot.name, { ...NEW_SENT, ts, hash: '', begunAt: deps.now(), adopted: true });
  if (known === undefined && slot.place === 'root' && state.thread !== null) {
    await adopt(state.thread.ts);
    return null;
  }
  // An edit that was under way while the store was wiped leaves one entry that looks like any other; the run itself says that it was restored.
  const storeWasLost = state.restored || (slot.place === 'reply' && run.sent.get('status')?.adopted === true);
  if (known === undefined && !storeWasLost) return 'absent';
  const age = deps.now() - (known?.begunAt ?? 0);
  if (age < SETTLE_MS) return { ms: SETTLE_MS - age, why: 'looking for a post whose answer was lost' };
  const found = await guard(run, 'find', () => findPostedSlot(deps.client, run.channel, run.root, state, slot.name));
  if (found.wait !== null) return found.wait;
  if (found.value === null) return 'absent';
  await adopt(found.value);
  return null;
}

async function callPost(run: ThreadRun, slot: Slot, rendered: RenderedSlot) {
  const answer = await run.deps.client.chat.postMessage({
    channel: run.channel,
    ...rendered,
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: METADATA_TYPE, event_payload: { run: run.state.id, slot: slot.name } },
    ...(slot.place === 'reply' && run.root !== null ? { thread_ts: run.root } : {}),
  });
  return { ts: answer.ts };
}

async function editSlot(run: ThreadRun, slot: Slot, known: SentSlot, ts: string): Promise<Wait> {
  const rendered = renderWithPictures(slot, known);
  const hash = hashRendered(rendered);
  if (hash === known.hash) return null;
  const urgent = slot.name !== 'status' || run.state.verdict !== null || run.state.cancel !== null;
  const line = urgent ? 'update-urgent' : 'update';
  const share = urgent ? 0.25 : 0.75;
  const turn = await takeTurns(run, [{ line, perMinute: run.deps.rates.updatesPerMinute * share, burst: urgent ? 6 : 4 }]);
  if (turn > 0) return { ms: turn, why: 'Slack allows only so many edits a minute' };
  const edited = await guard(run, 'chat.update', () =>
    sendReadable(rendered, (content) => run.deps.client.chat.update({ channel: run.channel, ts, ...content })),
  );
  if (edited.wait !== null) return edited.wait;
  if (edited.value?.whole === false) {
    const bare = forgetPictures(known);
    await remember(run, slot.name, { ...bare, ts, hash: hashRendered(renderWithPictures(slot, bare)) });
    return null;
  }
  await remember(run, slot.name, { ...known, ts, hash, gone: edited.value === null });
  return null;
}

async function hangFiles(run: ThreadRun, slot: Slot): Promise<Wait> {
  for (const file of slot.files) {
    const known = run.sent.get(slot.name);
    if (known === undefined || known.ts === null || known.files[file.path] !== undefined || run.root === null) continue;
    const content = run.state.documents[file.path];
    if (content === undefined) continue;
    const begun = run.state.restored || known.adopted || known.files[`${file.path} begun`] !== undefined;
    const marker = `${file.path} (${run.state.id}${slot.name === 'map' ? '' : `, ${slot.name.replace(':', ' ')}`})`;
    const root = run.root;
    const there = begun
      ? await guard(run, 'find', () => findPostedFile(run.deps.client, run.channel, root, marker))
      : { wait: null, value: null, why: '' };
    if (there.wait !== null) return there.wait;
    let id = there.value;
    if (id === null) {
      await remember(run, slot.name, { ...known, files: { ...known.files, [`${file.path} begun`]: '1' } });
      const sent = await guard(run, 'files', () =>
        uploadFile(run.deps.client, { channel: run.channel, threadTs: root, name: file.path, title: marker, content }),
      );
      if (sent.wait !== null) return sent.wait;
      id = sent.value ?? 'refused';
    }
    const newest = run.sent.get(slot.name) ?? known;
    await remember(run, slot.name, { ...newest, files: { ...newest.files, [file.path]: id } });
  }
  return null;
}
