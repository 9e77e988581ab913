/** People at the console, and what the bot did: commands, presses, replies; journal, thread and record of a run. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { RunEvent } from '../../src/core/run/events.ts';
import { foldEvents } from '../../src/core/run/fold.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createConsoleClient, type ConsoleClient, type ConsoleMessage } from '../../src/embedded/console-client.ts';
import { findButton } from '../../src/embedded/draw-message.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import type { Journal } from '../../src/ports.ts';
import { ada, research, until, type Stack } from '../support/stack.ts';

const run = promisify(execFile);

interface StoredMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly files?: readonly { readonly title?: string }[];
  readonly metadata?: { readonly event_payload: { readonly run?: string; readonly slot?: string } };
}

export interface OpenModal {
  readonly id: string;
  readonly view: {
    readonly callback_id: string;
    readonly blocks: readonly { readonly block_id?: string; readonly element?: { readonly action_id: string } }[];
  };
}

export interface Home {
  readonly id: string;
  readonly blocks: readonly object[];
}

interface Screen {
  readonly home: Home | null;
  readonly modals: readonly OpenModal[];
}

/** Who sits at the console of a stack. `close()` when the test file ends. */
export class Person {
  readonly client: ConsoleClient;
  readonly journal: Journal;
  /** Every message as it came and changed. */
  readonly heard: ConsoleMessage[] = [];
  readonly #stack: Stack;
  readonly #end = new AbortController();
  readonly #following: Promise<void>;
  #typing: Promise<string> = Promise.resolve('');

  constructor(stack: Stack) {
    this.#stack = stack;
    this.client = createConsoleClient(stack.url);
    this.journal = createRedisJournal(stack.redis);
    this.#following = this.client.follow((message) => void this.heard.push(message), this.#end.signal);
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#following;
  }

  /** Types a slash command; resolves with what only the typist sees in answer. One at a time, so that answers find their question. */
  type(text: string, user = ada, channel = research): Promise<string> {
    const typing = this.#typing.then(() =>
      this.hearPrivately(user, () => this.client.post('slash', { user, channel, command: '/hpc', text }), { channel, threadTs: undefined }),
    );
    this.#typing = typing.catch(() => '');
    return typing;
  }

  /** What the bot tells this person alone because of a deed: in the channel, or in the given thread. */
  async hearPrivately(
    user: string,
    deed: () => Promise<unknown>,
    where: { readonly channel?: string; readonly threadTs: string | undefined },
  ): Promise<string> {
    const before = this.heard.length;
    await deed();
    const { channel = research, threadTs } = where;
    const answer = await until(`private words to ${user}`, () =>
      this.heard.slice(before).find((one) => one.ephemeral_for === user && one.channel === channel && one.thread_ts === threadTs),
    );
    return answer.text;
  }

  async reproduce(address: string, words = '', user = ada): Promise<string> {
    const answer = await this.type(`reproduce ${address} ${words}`.trim(), user);
    const runId = /Run `(r[a-z0-9]+)` begins/.exec(answer)?.[1];
    if (runId === undefined) throw new Error(`no run began: ${answer}`);
    return runId;
  }

  events(runId: string): Promise<RunEvent[]> {
    return this.journal.read(runId, 0);
  }

  async state(runId: string): Promise<RunState> {
    const state = foldEvents(await this.events(runId));
    if (state === null) throw new Error(`the journal knows no run ${runId}`);
    return state;
  }

  /** Waits until the state of a run fits. */
  async awaitState(runId: string, what: string, fits: (state: RunState) => boolean, seconds = 60): Promise<RunState> {
    let last: RunState | null = null;
    const look = async (): Promise<RunState | false> => {
      last = foldEvents(await this.events(runId));
      return last !== null && fits(last) ? last : false;
    };
    return until(`${what} of run ${runId}`, look, seconds).catch((error: unknown) => {
      const steps = last?.steps.map((step) => `${step.name} ${step.status} ${step.phase ?? ''} ${step.delay?.why ?? ''}`).join('; ');
      throw new Error(`${String(error)}; it stands at: ${steps ?? 'nothing'}; verdict ${JSON.stringify(last?.verdict ?? null)}`);
    });
  }

  /** The step and phase that is worked on, as in `build-env work`. */
  awaitPhase(runId: string, step: string, phase: string, seconds = 60): Promise<RunState> {
    return this.awaitState(
      runId,
      `${step} ${phase}`,
      (state) => state.steps.some((item) => item.name === step && item.status === 'running' && item.phase === phase),
      seconds,
    );
  }

  awaitVerdict(runId: string, seconds = 60): Promise<RunState> {
    return this.awaitState(runId, 'a verdict', (state) => state.verdict !== null, seconds);
  }

  /** Every stored message that carries a slot of this run, oldest first. */
  async slots(runId: string): Promise<StoredMessage[]> {
    const answer = await fetch(`${this.#stack.url}control/snapshot`);
    const body = (await answer.json()) as { workspace: { messages: StoredMessage[] } };
    return body.workspace.messages.filter((message) => message.metadata?.event_payload.run === runId);
  }

  /** The message of a slot as a page shows it, once it is there. */
  async slot(runId: string, slot: string, fits: (message: ConsoleMessage) => boolean = () => true): Promise<ConsoleMessage> {
    return until(`slot ${slot} of ${runId}`, async () => {
      const thread = await this.thread(runId);
      return thread.find((message) => readSlot(message) === slot && fits(message));
    });
  }

  async thread(runId: string): Promise<ConsoleMessage[]> {
    const { thread } = await this.state(runId);
    return thread === null ? [] : this.client.readThread(ada, thread.channel, thread.ts);
  }

  /** Presses a button of a run's message. */
  async press(runId: string, slot: string, action: string, user = ada): Promise<Record<string, unknown>> {
    const message = await this.slot(runId, slot, (item) => findButton(item, action) !== null);
    const button = findButton(message, action);
    if (button === null) throw new Error(`no button ${action} in ${slot}`);
    return this.client.post('action', {
      user,
      channel: message.channel,
      message_ts: message.ts,
      block_id: button.blockId,
      action_id: button.actionId,
      value: button.value,
    });
  }

  /** What a person has on the screen besides channels. */
  async look(user: string): Promise<Screen> {
    return (await (await fetch(`${this.#stack.url}control/state?user=${user}`)).json()) as Screen;
  }

  /** Presses a button of somebody's Home as it is now. */
  async pressInHome(user: string, action: string): Promise<unknown> {
    const { home } = await this.look(user);
    const button = home === null ? null : findButton(home, action);
    if (home === null || button === null) throw new Error(`no button ${action}`);
    const { blockId: block_id, actionId: action_id, value } = button;
    return (await this.client.post('action', { user, view_id: home.id, block_id, action_id, value }))['outcome'];
  }

  /** The modal that lies open before a person, once it is there. */
  async modal(callbackId: string, user = ada): Promise<OpenModal> {
    return until(`the modal ${callbackId}`, async () => (await this.look(user)).modals.find((one) => one.view.callback_id === callbackId));
  }

  /** Sends it with what stands in its fields; a text alone is one of a plain field. The console’s answer, with errors at fields. */
  async submit(modal: OpenModal, fields: Readonly<Record<string, string>>, user = ada): Promise<Record<string, unknown>> {
    const values = Object.fromEntries(
      modal.view.blocks.flatMap(({ block_id: block = '', element }) => {
        const value = fields[block];
        return element === undefined || value === undefined ? [] : [[block, { [element.action_id]: { type: 'plain_text_input', value } }]];
      }),
    );
    return this.client.post('view/submit', { user, view_id: modal.id, values });
  }

  /** Approves question `id` as soon as it stands in the thread; presses again where Slack says that the press was not taken. */
  async approve(runId: string, id: number, user = ada): Promise<void> {
    const isSettled = (state: RunState): boolean => state.approvals.some((item) => item.id === id && item.settled !== null);
    await this.slot(runId, `approval:${id}`);
    await until(`a press on question ${id} that is taken`, async () => {
      const pressed = await this.press(runId, `approval:${id}`, 'run.approve', user).catch(() => ({ outcome: 'lost' }));
      return pressed['outcome'] === 'acked' || isSettled(await this.state(runId));
    });
    await this.awaitState(runId, `the grant of question ${id}`, isSettled);
  }

  async reply(runId: string, text: string, user = ada): Promise<string> {
    const { thread } = await this.state(runId);
    if (thread === null) throw new Error(`run ${runId} has no thread yet`);
    const answer = await this.client.post('messages', { user, channel: thread.channel, thread_ts: thread.ts, text });
    return String(answer['ts']);
  }

  /** Reacts to a message of the channel in which the runs of these tests are. */
  async mark(ts: string, name: string, user = ada): Promise<void> {
    await this.client.post('reactions', { user, channel: research, ts, name });
  }

  /** Approves everything that is asked until the run comes to a verdict. */
  async carryThrough(runId: string, seconds = 60): Promise<RunState> {
    for (;;) {
      const state = await this.awaitState(
        runId,
        'a question or a verdict',
        (now) => now.verdict !== null || now.approvals.some((item) => item.settled === null),
        seconds,
      );
      if (state.verdict !== null) return state;
      const open = state.approvals.find((item) => item.settled === null);
      await this.approve(runId, open?.id ?? 0);
    }
  }

  /** The commits of the run's record, oldest first. */
  async commits(runId: string): Promise<string[]> {
    const folder = join(this.#stack.dataDir, 'runs', runId, 'record');
    const { stdout } = await run('git', ['-C', folder, 'log', '--reverse', '--format=%s']).catch(() => ({ stdout: '' }));
    return stdout.split('\n').filter((line) => line !== '');
  }

  async settled(runId: string): Promise<ConsoleMessage[]> {
    const state = await this.awaitVerdict(runId);
    const verdict = state.verdict?.as ?? '';
    await this.slot(runId, `result:${state.finishes}`);
    await this.slot(runId, 'status', (message) => message.text.includes(verdict));
    if (verdict === 'READY')
      await until('SUMMARY.md', async () => (await this.fileTitles(runId)).some((title) => title.startsWith('SUMMARY.md')));
    return this.thread(runId);
  }

  /** Titles of the files that hang in the thread. */
  async fileTitles(runId: string): Promise<string[]> {
    return (await this.thread(runId)).flatMap((message) => message.files.map((file) => file.title));
  }

  /** The thread is as it should be: every slot once, every file once, nothing of this run anywhere else. */
  async expectTidyThread(runId: string, slots: readonly string[]): Promise<void> {
    await this.settled(runId);
    const posted = await this.slots(runId);
    expect(posted.map((message) => message.metadata?.event_payload.slot)).toEqual(slots);
    const { thread } = await this.state(runId);
    expect(new Set(posted.map((message) => message.thread_ts ?? message.ts))).toEqual(new Set([thread?.ts]));
    const titles = await this.fileTitles(runId);
    expect(new Set(titles).size).toBe(titles.length);
  }
}

export function readSlot(message: ConsoleMessage): string | null {
  const payload = message.metadata?.event_payload;
  return typeof payload === 'object' && payload !== null && 'slot' in payload ? String(payload.slot) : null;
}

/** Slots of a run that asked twice and came to a verdict at the first go. */
export const STRAIGHT = ['status', 'map', 'approval:1', 'approval:2', 'result:1'];
