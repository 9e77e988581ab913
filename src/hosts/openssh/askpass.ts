/** Lets ssh ask a person through us: a private socket, and a program that ssh starts for each question. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { AskSecret } from '../../ports.ts';
import { quoteWord } from '../shared/quote.ts';

export interface AskpassOptions {
  readonly hostId: string;
  /** Private folder (mode 700) for the socket and the program. */
  readonly folder: string;
  readonly name: string;
  readonly introduction: string;
  readonly askSecret: AskSecret;
  readonly signal: AbortSignal;
}

export interface Askpass {
  /** What ssh needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Why a question went unanswered. */
  failure(): unknown;
  close(): Promise<void>;
}

// Plain JavaScript in one string, because ssh starts it as a program of its own, outside of any loader. It sends the key and the
// prompt, prints the answer and ends; without an answer it ends with 1 and ssh takes that for a refusal.
const PROGRAM = `
const socket = require('node:net').connect(process.env.REPROBOT_ASKPASS_SOCKET);
let answer = '';
socket.on('connect', () => socket.write(JSON.stringify({ key: process.env.REPROBOT_ASKPASS_KEY, prompt: process.argv[1] || '' }) + '\\n'));
socket.on('data', (chunk) => { answer += chunk; });
socket.on('error', () => process.exit(1));
socket.on('end', () => {
  if (!answer.endsWith('\\n')) process.exit(1);
  process.stdout.write(answer, () => process.exit(0));
});
`;

/** Starts listening for questions of one login. Answers pass through once and are kept nowhere. */
export async function startAskpass(options: AskpassOptions): Promise<Askpass> {
  const key = randomBytes(16).toString('hex');
  const program = join(options.folder, `${options.name}.ask`);
  const socketPath = join(options.folder, `${options.name}.q`);
  let failure: unknown;
  await writeFile(program, `#!/bin/sh\nexec ${quoteWord(process.execPath)} -e ${quoteWord(PROGRAM)} -- "$1"\n`, { mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket, key, options).catch((error: unknown) => {
      failure ??= error;
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return {
    env: {
      SSH_ASKPASS: program,
      SSH_ASKPASS_REQUIRE: 'force',
      // Before OpenSSH 8.4 the program is only used where there seems to be a display.
      DISPLAY: process.env['DISPLAY'] ?? ':0',
      REPROBOT_ASKPASS_SOCKET: socketPath,
      REPROBOT_ASKPASS_KEY: key,
    },
    failure: () => failure,
    close: async () => {
      server.close();
      await rm(program, { force: true });
      await rm(socketPath, { force: true });
    },
  };
}

async function answer(socket: Socket, key: string, options: AskpassOptions): Promise<void> {
  const request = await readRequest(socket);
  const given = Buffer.from(request.key);
  if (given.length !== key.length || !timingSafeEqual(given, Buffer.from(key))) throw new Error('a stranger asked');
  const [reply] = await options.askSecret({
    hostId: options.hostId,
    instructions: options.introduction,
    prompts: [{ text: request.prompt, echo: false }],
    signal: options.signal,
  });
  if (reply === undefined) throw new Error('no answer');
  socket.end(`${reply.replaceAll(/[\r\n]/g, '')}\n`);
}

async function readRequest(socket: Socket): Promise<{ key: string; prompt: string }> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 10_000) break;
  }
  const parsed = JSON.parse(text) as { key?: unknown; prompt?: unknown };
  return { key: String(parsed.key), prompt: String(parsed.prompt) };
}
