import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createConsoleClient, type ConsoleClient, type ConsoleMessage } from '../embedded/console-client.ts';
import { drawMessage, findButton } from '../embedded/draw-message.ts';
import { startStack, type Stack } from '../embedded/stack.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/tiny-train', import.meta.url));
const PERSON = 'UADA0000001';
const CHANNEL = 'CRESEARCH01';

export default defineVerb({
  name: 'reproduce',
  usage: 'reproduce [URL] [--site NAME] [--ref REF] [--path FOLDER] [--submodules] [--yes]',
  summary: 'reproduces a repository and prints the thread as it grows; exit code 0 only when the verdict is READY',
  run: async (args, io) => {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        site: { type: 'string' },
        ref: { type: 'string' },
        path: { type: 'string' },
        submodules: { type: 'boolean' },
        yes: { type: 'boolean' },
        folder: { type: 'string' },
      },
    });
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    if (positionals.length > 1) {
      say(`reproduce takes one repository; what is “${positionals[1] ?? ''}”?`);
      return 2;
    }
    const stack = await startStack({ say, ...(values.folder === undefined ? {} : { folder: values.folder }) }).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return null;
    });
    if (stack === null) return 2;
    const interrupted = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupted.abort());
    try {
      const words = [
        resolveAddress(positionals[0], io.cwd),
        ...option('--site', values.site),
        ...option('--ref', values.ref),
        ...option('--path', values.path),
        ...(values.submodules === true ? ['--submodules'] : []),
      ];
      return await followRun(stack, words, values.yes ?? false, io, interrupted.signal);
    } finally {
      await stack.stop();
    }
  },
});

/** A folder named from where the person stands becomes a full path; everything else is passed on as typed. */
function resolveAddress(typed: string | undefined, cwd: string): string {
  if (typed === undefined) return EXAMPLE;
  const path = resolve(cwd, typed);
  return existsSync(path) ? path : typed;
}

function option(flag: string, value: string | undefined): string[] {
  return value === undefined ? [] : [flag, value];
}

/** Types the command, prints what the thread shows, answers its questions, and gives the exit code of the verdict. */
async function followRun(stack: Stack, words: readonly string[], yes: boolean, io: VerbIo, signal: AbortSignal): Promise<number> {
  if (stack.consoleUrl === null) {
    io.stderr.write('The real Slack is connected (.env); type /hpc reproduce there, or unset SLACK_BOT_TOKEN.\n');
    return 2;
  }
  const client = createConsoleClient(stack.consoleUrl);
  const stop = new AbortController();
  const follower = new ThreadFollower(client, yes, io, () => stop.abort());
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  const following = client.follow((message) => follower.take(message), stop.signal);
  const text = `reproduce ${words.map(quote).join(' ')}`;
  io.stdout.write(`> /hpc ${text}\n`);
  await client.post('slash', { user: PERSON, channel: CHANNEL, command: '/hpc', text });
  await following;
  await follower.idle();
  return follower.exitCode;
}

function quote(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}

/** Prints each line of the thread once, in the order in which it appears, and presses or asks at every question. */
class ThreadFollower {
  exitCode = 1;
  readonly #client: ConsoleClient;
  readonly #yes: boolean;
  readonly #io: VerbIo;
  readonly #end: () => void;
  readonly #printed = new Map<string, Set<string>>();
  readonly #answered = new Set<string>();
  #root: string | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(client: ConsoleClient, yes: boolean, io: VerbIo, end: () => void) {
    this.#client = client;
    this.#yes = yes;
    this.#io = io;
    this.#end = end;
  }

  take(message: ConsoleMessage): void {
    if (!message.is_bot || message.channel !== CHANNEL) return;
    const slot = readSlot(message);
    if (message.ephemeral_for !== undefined) return this.#takePrivate(message);
    if (slot === 'status') this.#root ??= message.ts;
    if (message.ts !== this.#root && message.thread_ts !== this.#root) return;
    this.#print(message);
    if (slot?.startsWith('approval:') === true && findButton(message, 'run.approve') !== null) this.#ask(message);
    if (slot?.startsWith('result:') === true) this.#finish(message);
  }

  async idle(): Promise<void> {
    await this.#work;
  }

  /** Before there is a thread, a private answer is the reason why none comes. */
  #takePrivate(message: ConsoleMessage): void {
    this.#print(message);
    if (this.#root === null && !/begins; its thread/.test(message.text)) {
      this.exitCode = 2;
      this.#end();
    }
  }

  #print(message: ConsoleMessage): void {
    const known = this.#printed.get(message.ts) ?? new Set<string>();
    this.#printed.set(message.ts, known);
    // How long a run has taken so far is news on a page that is edited in place; in a terminal it would be a line a second.
    const keyOf = (line: string): string => line.replace(/ · so far .*/, '');
    const fresh = drawMessage(message).filter((line) => !known.has(keyOf(line)));
    for (const line of fresh) known.add(keyOf(line));
    if (fresh.length > 0) this.#io.stdout.write(`${fresh.join('\n')}\n`);
  }

  #ask(message: ConsoleMessage): void {
    if (this.#answered.has(message.ts)) return;
    this.#answered.add(message.ts);
    this.#work = this.#work.then(() => this.#answer(message)).catch((error: unknown) => void this.#io.stderr.write(`${String(error)}\n`));
  }

  async #answer(message: ConsoleMessage): Promise<void> {
    const answer = this.#yes ? 'approve' : await askPerson(this.#io);
    const press = findButton(message, 'run.approve');
    if (answer === 'approve' && press !== null) {
      if (this.#yes) this.#io.stdout.write('> approve (--yes)\n');
      await this.#client.post('action', {
        user: PERSON,
        channel: CHANNEL,
        message_ts: message.ts,
        block_id: press.blockId,
        action_id: press.actionId,
        value: press.value,
      });
      return;
    }
    await this.#client.post('messages', { user: PERSON, channel: CHANNEL, thread_ts: this.#root ?? '', text: answer });
  }

  #finish(message: ConsoleMessage): void {
    this.exitCode = /^(?:<@[A-Z0-9]+> )*READY:/.test(message.text) ? 0 : 1;
    // What comes after the last message (a file, a picture, the settled status) is worth the moment it takes.
    setTimeout(() => this.#end(), 3_500);
  }
}

function readSlot(message: ConsoleMessage): string | null {
  const payload = message.metadata?.event_payload;
  return typeof payload === 'object' && payload !== null && 'slot' in payload ? String(payload.slot) : null;
}

/** Whatever is typed goes into the thread as a reply: approve, reject because …, cancel. */
async function askPerson(io: VerbIo): Promise<string> {
  const terminal: Interface = createInterface({ input: io.stdin, output: io.stdout });
  try {
    const typed = (await terminal.question('approve / reject because … / cancel > ')).trim();
    return typed === '' ? 'status' : /^(y|yes|ok|approve)$/i.test(typed) ? 'approve' : typed;
  } finally {
    terminal.close();
  }
}
