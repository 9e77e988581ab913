import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import type { ReconcilerDeps } from '../../src/slack/thread-run.ts';
import type { MessageView } from '../../src/stand-ins/slack/page-api.ts';
import { makeLoss, makeProgress, makeResult, running, Walk } from '../core/run/builders.ts';
import { research } from '../support/console.ts';
import { readPng } from '../support/png.ts';
import { dieAfterSave, PACE_MS, ThreadLab } from './thread-lab.ts';

let lab: ThreadLab;

beforeAll(async () => {
  lab = await ThreadLab.start();
});
afterAll(async () => {
  await lab.stop();
});
beforeEach(async () => {
  await lab.forget();
});

const fall = (count: number) => Array.from({ length: count }, (_, index) => 4 * 0.97 ** index);
const at = (count: number) => makeProgress({ current: count, total: 200, fraction: count / 200, loss: makeLoss(fall(count)) });

/** A run whose job has told so many values of its loss, in a thread of its own. */
async function openRunning(count = 40): Promise<{ walk: Walk; ts: string }> {
  const walk = Walk.begin().toJob();
  const { ts } = await lab.settle(walk.state);
  walk.do({ ...walk.next(), kind: 'open-thread', channel: research, ts });
  walk.observe(running, at(count));
  return { walk, ts };
}

const imagesOf = (message: MessageView | undefined): { alt: string; file: string }[] =>
  ((message?.blocks ?? []) as Record<string, unknown>[]).flatMap((block) =>
    block['type'] === 'image' ? [{ alt: String(block['alt_text']), file: idOf(block['slack_file']) }] : [],
  );

function idOf(file: unknown): string {
  return typeof file === 'object' && file !== null && 'id' in file ? String(file.id) : '';
}

async function findSlot(ts: string, slot: string): Promise<MessageView | undefined> {
  const messages = await lab.readThread(ts);
  return messages.find((message) => (message.metadata?.event_payload as { slot?: string } | undefined)?.slot === slot);
}

/** Ids of the pictures that Slack keeps. */
async function listPictures(): Promise<string[]> {
  const { workspace } = await lab.console.control('GET', '/snapshot');
  const { files } = workspace as { files: { id: string; name: string; state: string }[] };
  return files.filter(({ name, state }) => name.endsWith('.png') && state !== 'waiting').map(({ id }) => id);
}

const count = (method: string) => lab.console.countCalls(method);

describe('a picture in a message', () => {
  it('stands in the message itself, with words for who cannot see it, and costs no post', async () => {
    const { walk, ts } = await openRunning();
    const posts = await count('chat.postMessage');
    await lab.settle(walk.state);
    const [image, ...more] = imagesOf(await findSlot(ts, 'status'));
    expect(more).toEqual([]);
    expect(image?.alt).toMatch(/^Loss of .* on local\. .*loss goes from 4 at step 0 to 1\.219 at step 39\.$/);
    expect(await count('chat.postMessage')).toBe(posts);
    expect(await listPictures()).toEqual([image?.file]);
    const bytes = await fetch(`${lab.console.slack.url}/files/${image?.file}`);
    expect(readPng(new Uint8Array(await bytes.arrayBuffer())).width).toBe(1200);
  });

  it('is not made again while it would look the same', async () => {
    const { walk } = await openRunning();
    await lab.settle(walk.state);
    const [uploads, edits] = [await count('files.completeUploadExternal'), await count('chat.update')];
    lab.pass(PACE_MS * 2);
    await lab.settle(walk.state);
    expect([await count('files.completeUploadExternal'), await count('chat.update')]).toEqual([uploads, edits]);
  });

  it('waits for its pace while the words go on, and then takes the place of the one before', async () => {
    const { walk, ts } = await openRunning();
    await lab.settle(walk.state);
    const [before] = await listPictures();
    await lab.settle(walk.observe(running, at(90)).state);
    expect(JSON.stringify((await findSlot(ts, 'status'))?.blocks)).toContain('step 90 of 200');
    expect(await listPictures()).toEqual([before]);
    lab.pass(PACE_MS);
    await lab.settle(walk.observe(running, at(120)).state);
    const [image] = imagesOf(await findSlot(ts, 'status'));
    expect(image?.alt).toContain('at step 119');
    expect(image?.file).not.toBe(before);
    expect(await listPictures()).toEqual([image?.file]);
  });

  it('moves to the last word at the end, whatever the pace, and leaves nothing behind', async () => {
    const { walk, ts } = await openRunning();
    await lab.settle(walk.state);
    await lab.settle(walk.toEnd(examined()).state);
    const [image, ...more] = imagesOf(await findSlot(ts, 'result:1'));
    expect(more).toEqual([]);
    expect(image?.alt).toContain('at step 149');
    expect(imagesOf(await findSlot(ts, 'status'))).toEqual([]);
    expect(await listPictures()).toEqual([image?.file]);
  });
});

function examined() {
  const result = makeResult(at(150));
  return { kind: 'examined' as const, result, failure: null, documents: [] };
}

/** What must be true however one got here: the newest picture once, in its message, and no other file. */
async function expectOne(ts: string, step: string): Promise<void> {
  const images = imagesOf(await findSlot(ts, 'status'));
  expect(images).toHaveLength(1);
  expect(images[0]?.alt).toContain(step);
  expect(await listPictures()).toEqual(images.map(({ file }) => file));
}

/** Looks until nothing is left to do, like the worker that comes after one that died. */
async function lookThrough(state: RunState, parts: Partial<ReconcilerDeps>): Promise<'settled' | 'died'> {
  for (let looks = 0; looks < 40; looks += 1) {
    const result = await lab.look(state, parts).catch((error: unknown) => error);
    if (result instanceof Error) return 'died';
    const told = result as { kind: string; ms?: number };
    if (told.kind === 'settled') return 'settled';
    await new Promise((resolve) => setTimeout(resolve, 60));
    lab.pass(told.ms ?? 0);
  }
  throw new Error('never settled');
}

describe('processes that die and answers that are lost', () => {
  it('shows one picture and keeps one file, wherever a process dies', async () => {
    let deaths = 0;
    for (let nth = 1; nth < 7; nth += 1) {
      await lab.forget();
      const { walk, ts } = await openRunning();
      await lab.settle(walk.state);
      lab.pass(PACE_MS);
      const { state } = walk.observe(running, at(120));
      if ((await lookThrough(state, { store: dieAfterSave(lab.store(), nth) })) === 'died') deaths += 1;
      await lab.settle(state);
      await expectOne(ts, 'at step 119');
    }
    expect(deaths).toBeGreaterThanOrEqual(4);
  });

  it.each(['files.getUploadURLExternal', 'files.completeUploadExternal', 'chat.update', 'files.delete'])(
    'shows one picture and keeps one file when the answer of %s is lost',
    async (method) => {
      const { walk, ts } = await openRunning();
      await lab.settle(walk.state);
      lab.pass(PACE_MS);
      await lab.console.addFault({ kind: 'lost-answer', method, times: 1 });
      await lab.settle(walk.observe(running, at(120)).state);
      await expectOne(ts, 'at step 119');
    },
  );

  it('puts a picture into a message again after the memory was lost, without another message', async () => {
    const { walk, ts } = await openRunning();
    await lab.settle(walk.state);
    await lab.redis.redis.flushall();
    const posts = await count('chat.postMessage');
    await lab.settle(walk.observe(running, at(60)).state);
    expect(imagesOf(await findSlot(ts, 'status'))).toHaveLength(1);
    expect(await count('chat.postMessage')).toBe(posts);
  });
});

describe('what Slack refuses', () => {
  it('gives up on a picture that Slack never takes, and keeps the words', async () => {
    const { walk, ts } = await openRunning();
    await lab.settle(walk.state);
    lab.pass(PACE_MS);
    await lab.console.addFault({ kind: 'error', method: 'files.completeUploadExternal', error: 'file_uploads_disabled', times: 9 });
    const { waits } = await lab.settle(walk.observe(running, at(120)).state);
    expect(waits).toEqual([]);
    const status = await findSlot(ts, 'status');
    expect(JSON.stringify(status?.blocks)).toContain('step 120 of 200');
    expect(imagesOf(status)[0]?.alt).toContain('at step 39');
  });

  it('gives up on a picture that may not stand in a message, and takes it away', async () => {
    const { walk, ts } = await openRunning();
    expect(await lab.look(walk.state)).toMatchObject({ kind: 'wait' });
    expect(await listPictures()).toHaveLength(1);
    await lab.console.addFault({ kind: 'error', method: 'chat.update', error: 'invalid_blocks', times: 100 });
    lab.pass(70_000);
    expect(await lookThrough(walk.state, {})).toBe('settled');
    await lab.console.clearFaults();
    await lab.settle(walk.state);
    expect(await listPictures()).toEqual([]);
    expect(JSON.stringify((await findSlot(ts, 'status'))?.blocks)).toContain('step 40 of 200');
  });

  it('does without a picture that somebody has deleted, and makes a new one', async () => {
    const { walk, ts } = await openRunning();
    await lab.settle(walk.state);
    const [file = ''] = await listPictures();
    await lab.console.client.files.delete({ file });
    await lab.settle(walk.observe(running, at(60)).state);
    const status = await findSlot(ts, 'status');
    expect(JSON.stringify(status?.blocks)).toContain('step 60 of 200');
    await expectOne(ts, 'at step 59');
  });

  it('goes on without a picture that cannot be drawn', async () => {
    const { walk, ts } = await openRunning();
    const pictures = { draw: () => Promise.resolve(null), paceMs: PACE_MS };
    expect(await lookThrough(walk.state, { pictures })).toBe('settled');
    expect(imagesOf(await findSlot(ts, 'status'))).toEqual([]);
    expect(JSON.stringify((await findSlot(ts, 'status'))?.blocks)).toContain('step 40 of 200');
  });
});
