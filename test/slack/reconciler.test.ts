import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { viewRun } from '../../src/core/run/view/index.ts';
import { ended, makeFailure, makeProgress, makeRequest, running, runId, Walk } from '../core/run/builders.ts';
import { ada, research } from '../support/console.ts';
import { dieAfterPost, dieAfterSave, ThreadLab } from './thread-lab.ts';

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

/** Begins a run, opens its thread, and tells the run of it. */
async function openThread(walk = Walk.begin()): Promise<{ walk: Walk; ts: string }> {
  const { ts } = await lab.settle(walk.state);
  walk.do({ ...walk.next(), kind: 'open-thread', channel: research, ts });
  return { walk, ts };
}

const whole = [
  'status',
  'map',
  `REPO_MAP.md (${runId})`,
  'approval:1',
  `ENV.md (${runId}, approval 1)`,
  'approval:2',
  'result:1',
  `SUMMARY.md (${runId}, result 1)`,
];

async function calls(...methods: string[]): Promise<number[]> {
  return Promise.all(methods.map((method) => lab.console.countCalls(method)));
}

describe('posting and editing', () => {
  it('posts each slot and each file once, in order, over the whole life of a run', async () => {
    const { walk, ts } = await openThread();
    const moves: (() => Walk)[] = [() => walk.work(), () => walk.work(), () => walk.work(), () => walk.approve(), () => walk.work()];
    moves.push(
      () => walk.work(),
      () => walk.approve(),
      () => walk.work(),
      () => walk.observe(running),
      () => walk.observe(ended),
      () => walk.work(),
    );
    for (const move of moves) {
      await lab.settle(move().state);
      await lab.settle(walk.state);
    }
    expect(await lab.listPosted(ts)).toEqual(whole);
    const [root] = await lab.readThread(ts);
    expect(root?.text).toContain('READY');
    expect((await lab.readThread(ts)).find((message) => message.text.includes('Build the environment'))?.text).toContain('granted');
  });

  it('posts the same thread when it looks only at the very end', async () => {
    const { ts } = await lab.settle(Walk.begin().toJob().toEnd().state);
    const posted = await lab.listPosted(ts);
    expect(posted.toSorted()).toEqual(whole.toSorted());
    // Files come when Slack has them; messages keep their order.
    expect(posted.filter((name) => !name.includes('.md'))).toEqual(whole.filter((name) => !name.includes('.md')));
  });

  it('makes one edit of twenty updates, and none when nothing has changed', async () => {
    const { walk } = await openThread(Walk.begin().toJob());
    await lab.settle(walk.state);
    const [posts, edits] = await calls('chat.postMessage', 'chat.update');
    for (let step = 1; step <= 20; step += 1) walk.observe(running, makeProgress({ current: step, total: 20, fraction: step / 20 }));
    await lab.settle(walk.state);
    expect(await calls('chat.postMessage', 'chat.update')).toEqual([posts, (edits ?? 0) + 1]);
    await lab.settle(walk.state);
    expect(await calls('chat.postMessage', 'chat.update')).toEqual([posts, (edits ?? 0) + 1]);
  });

  it('mentions people in the first post of a question and never again', async () => {
    const { walk, ts } = await openThread();
    await lab.settle(walk.toFirstQuestion().state);
    const asked = (await lab.readThread(ts)).find((message) => message.text.includes('approve or reject'));
    expect(asked?.text).toContain(`<@${ada}>`);
    await lab.settle(walk.approve().state);
    const answered = (await lab.readThread(ts)).find((message) => message.ts === asked?.ts);
    expect(answered?.text).toContain('granted');
    expect(answered?.text).not.toContain('<@');
  });
});

describe('answers that are lost and processes that die', () => {
  it.each(['status', 'map', 'result:1'])('posts %s exactly once when the answer to its post is lost', async (slot) => {
    const { walk, ts } = slot === 'status' ? { walk: Walk.begin(), ts: '' } : await openThread();
    if (slot === 'map') walk.work().work();
    if (slot === 'result:1') {
      await lab.settle(walk.toJob().state);
      walk.toEnd();
    }
    await lab.console.addFault({ kind: 'lost-answer', method: 'chat.postMessage', times: 1 });
    const settled = await lab.settle(walk.state);
    expect(settled.waits.length).toBeGreaterThan(0);
    const posted = await lab.listPosted(ts === '' ? settled.ts : ts);
    expect(posted.filter((name) => name === slot)).toEqual([slot]);
    expect(posted.length).toBe(new Set(posted).size);
  });

  it('posts what Slack did not take the first time', async () => {
    await lab.console.addFault({ kind: 'http-error', method: 'chat.postMessage', status: 503, times: 2 });
    const { ts } = await lab.settle(Walk.begin().state);
    expect(await lab.listPosted(ts)).toEqual(['status']);
    expect(await lab.console.readMessages(research)).toHaveLength(1);
  });

  it('survives a death between the announcement of a post and the post', async () => {
    const { walk, ts } = await openThread();
    walk.work().work();
    const [before] = await calls('chat.postMessage');
    // The first thing that is remembered is the edit of the root, the second the announcement of the map.
    await expect(lab.look(walk.state, { store: dieAfterSave(lab.store(), 2) })).rejects.toThrow('killed');
    expect(await calls('chat.postMessage')).toEqual([before]);
    await lab.settle(walk.state);
    expect((await lab.listPosted(ts)).filter((name) => name === 'map')).toEqual(['map']);
  });

  it('survives a death between a post and remembering it', async () => {
    const { walk, ts } = await openThread();
    walk.work().work();
    await lab.look(walk.state, { client: dieAfterPost(lab.console.client) }).catch(() => undefined);
    expect(await lab.listPosted(ts)).toEqual(['status', 'map']);
    await lab.settle(walk.state);
    expect(await lab.listPosted(ts)).toEqual(['status', 'map', `REPO_MAP.md (${runId})`]);
  });

  it('does not post twice when the death comes at the root', async () => {
    const { state } = Walk.begin();
    await lab.look(state, { client: dieAfterPost(lab.console.client) }).catch(() => undefined);
    const { ts } = await lab.settle(state);
    expect(await lab.console.readMessages(research)).toHaveLength(1);
    expect(await lab.listPosted(ts)).toEqual(['status']);
  });

  it.each(['files.completeUploadExternal', 'files.getUploadURLExternal'])(
    'hangs a file once when the answer of %s is lost',
    async (method) => {
      const { walk, ts } = await openThread();
      await lab.console.addFault({ kind: 'lost-answer', method, times: 1 });
      await lab.settle(walk.work().work().state);
      expect(await lab.listPosted(ts)).toEqual(['status', 'map', `REPO_MAP.md (${runId})`]);
    },
  );
});

describe('what Slack refuses', () => {
  it('keeps still about edits after a 429, while other threads post', async () => {
    const { walk, ts } = await openThread();
    await lab.console.addFault({ kind: 'rate-limit', method: 'chat.update', retry_after: 30, times: 1 });
    const first = await lab.look(walk.work().state);
    expect(first).toMatchObject({ kind: 'wait', ms: 30_000, root: { ts } });
    const again = await lab.look(walk.state);
    expect(again.kind).toBe('wait');
    const other = begin('rother');
    expect(await lab.look(other)).toMatchObject({ kind: 'settled' });
    const [, edits] = await calls('chat.postMessage', 'chat.update');
    lab.pass(30_000);
    expect(await lab.look(walk.state)).toMatchObject({ kind: 'settled' });
    expect(await calls('chat.update')).toEqual([(edits ?? 0) + 1]);
  });

  it('posts replies of the same thread although its edits have to wait', async () => {
    const { walk, ts } = await openThread();
    await lab.console.addFault({ kind: 'rate-limit', method: 'chat.update', retry_after: 30, times: 1 });
    expect(await lab.look(walk.work().work().state)).toMatchObject({ kind: 'wait' });
    expect(await lab.listPosted(ts)).toContain('map');
  });

  it('leaves a message alone that a person has deleted, and goes on with the rest', async () => {
    const { walk, ts } = await openThread();
    await lab.settle(walk.toFirstQuestion().state);
    await lab.console.addFault({ kind: 'error', method: 'chat.update', error: 'message_not_found', times: 1 });
    await lab.settle(walk.approve().state);
    const [edits] = await calls('chat.update');
    await lab.settle(walk.state);
    expect(await calls('chat.update')).toEqual([edits]);
    await lab.settle(walk.work().work().state);
    expect((await lab.listPosted(ts)).filter((name) => name.startsWith('approval'))).toEqual(['approval:1', 'approval:2']);
  });

  it('asks only now and then while the bot may not post in a channel, and posts once it may', async () => {
    await lab.console.addFault({ kind: 'error', method: 'chat.postMessage', error: 'not_in_channel', times: 1 });
    const first = await lab.look(Walk.begin().state);
    expect(first).toMatchObject({ kind: 'wait', root: null, why: expect.stringContaining('not_in_channel') as string });
    expect(first.kind === 'wait' ? first.ms : 0).toBeGreaterThanOrEqual(30_000);
    const { ts } = await lab.settle(Walk.begin().state);
    expect(await lab.listPosted(ts)).toEqual(['status']);
  });

  it('cuts what is too long instead of being refused', async () => {
    const { walk, ts } = await openThread();
    const explanation = `<!channel> ${'日本語 & <b>'.repeat(4_000)}`;
    const evidence = { text: '```'.repeat(3_000), line: 7 };
    await lab.settle(walk.fail(makeFailure({ title: 'x'.repeat(400), explanation, evidence, remedy: null })).state);
    expect(await lab.listPosted(ts)).toEqual(['status', 'failure:1', 'result:1']);
    const texts = JSON.stringify(await lab.readThread(ts));
    expect(texts).not.toContain('<!channel>');
    expect(texts).toContain('…');
  });
});

function begin(id: string): RunState {
  const walk = new Walk();
  return walk.do({ ...makeRequest(`slash:${id}`), runId: id }).state;
}

describe('a memory that is lost', () => {
  it('adopts messages and files of a restored run by what they carry, and edits what is out of date', async () => {
    const { walk, ts } = await openThread();
    await lab.settle(walk.toJob().state);
    const before = await lab.listPosted(ts);
    await lab.redis.redis.flushall();
    const restored = new Walk();
    restored.do({ kind: 'restore', id: 'restore', at: 9_000_000, by: ada, state: JSON.parse(JSON.stringify(walk.state)) });
    await lab.settle(restored.state);
    expect(await lab.listPosted(ts)).toEqual(before);
    restored.observe(ended).work();
    await lab.settle(restored.state);
    expect((await lab.listPosted(ts)).toSorted()).toEqual(whole.toSorted());
    expect((await lab.readThread(ts))[0]?.text).toContain('READY');
  });

  it('posts nothing twice where an edit was under way while the store was wiped', async () => {
    const { walk, ts } = await openThread();
    await lab.settle(walk.toJob().state);
    const before = await lab.listPosted(ts);
    const sent = await lab.store().load(walk.state.id);
    await lab.redis.redis.flushall();
    for (const slot of ['status', 'map']) {
      const entry = sent.get(slot);
      if (entry === undefined) throw new Error(`${slot} was never sent`);
      await lab.store().save(walk.state.id, slot, { ...entry, files: {} });
    }
    const restored = new Walk();
    restored.do({ kind: 'restore', id: 'restore', at: 9_000_000, by: ada, state: JSON.parse(JSON.stringify(walk.state)) });
    await lab.settle(restored.state);
    expect(await lab.listPosted(ts)).toEqual(before);
    const titles = (await lab.readThread(ts)).flatMap((message) => message.files.map((file) => file.title));
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('brings an adopted message up to date in the same go', async () => {
    const { walk, ts } = await openThread();
    await lab.redis.redis.flushall();
    await lab.settle(walk.work().work().state);
    const [root] = await lab.readThread(ts);
    expect(root?.text).toBe(viewRun(walk.state)[0]?.summary);
  });
});

describe('taking turns', () => {
  it('gives every thread its share of the edits', async () => {
    const ids = ['ra', 'rb', 'rc', 'rd', 're', 'rf'];
    const rates = { updatesPerMinute: 60, postsPerMinutePerChannel: 6_000, postsPerMinute: 20_000 };
    const runs = ids.map((id) => ({ walk: new Walk().do({ ...makeRequest(`slash:${id}`), runId: id }), due: 0 }));
    for (const run of runs) await lab.settle(run.walk.state);
    for (const run of runs) run.walk.toJob();
    for (const run of runs) await lab.settle(run.walk.state);
    const counts = new Map(ids.map((id) => [id, 0]));
    const start = lab.now();
    while (lab.now() < start + 60_000) {
      for (const run of runs) {
        run.walk.observe(running, makeProgress({ current: run.walk.events.length, total: 1_000 }));
        if (run.due > lab.now()) continue;
        const result = await lab.look(run.walk.state, { rates });
        if (result.kind === 'wait') run.due = lab.now() + result.ms;
        else counts.set(run.walk.state.id, (counts.get(run.walk.state.id) ?? 0) + 1);
      }
      lab.pass(500);
    }
    const shares = [...counts.values()];
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(3);
    // A minute's worth of what status edits may use, and the burst.
    expect(shares.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(45 + 6);
  });
});
