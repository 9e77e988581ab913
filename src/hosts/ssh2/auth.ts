/** Chooses how to log in, one method after the other, as the server allows them. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod } from 'ssh2';
import type { AskSecret } from '../../ports.ts';

export type AuthKind = 'key' | 'key-or-agent' | 'password' | 'password-otp' | 'key-otp' | 'certificate';

export interface AuthOptions {
  readonly hostId: string;
  readonly hostname: string;
  readonly username: string;
  readonly kind: AuthKind;
  readonly identityFile: string | undefined;
  readonly agentSocket: string | undefined;
  readonly askSecret: AskSecret | undefined;
  /** Aborted when the login is over, so that an open question can be taken back. */
  readonly signal: AbortSignal;
}

/** What the login came to, for the error message. Holds no answers. */
export interface AuthRecord {
  readonly tried: string[];
  /** The server wanted something that only a person knows, and there was nobody to ask. */
  needsPerson: boolean;
  /** Why a question went unanswered. */
  askFailure: unknown;
  serverAllows: readonly string[];
  /** What stands in the way of a key, such as a missing file. */
  readonly notes: string[];
}

type AuthChoice = AnyAuthMethod | false;
type AuthHandler = (methodsLeft: string[] | null, partialSuccess: boolean | null, proceed: (choice: AuthChoice) => void) => void;

/** A handler for ssh2's `authHandler` and the record that it writes. */
export function createAuthHandler(options: AuthOptions): { handler: AuthHandler; record: AuthRecord } {
  const record: AuthRecord = { tried: [], needsPerson: false, askFailure: undefined, serverAllows: [], notes: [] };
  let keys: AnyAuthMethod[] | undefined;
  let isAsking = options.kind === 'password' || options.kind === 'password-otp';
  let askedSincePartial = false;
  const choose = async (methodsLeft: readonly string[] | null, partialSuccess: boolean): Promise<AuthChoice> => {
    // The first request learns which methods the server has; it also logs in where no proof is needed.
    if (methodsLeft === null) return { type: 'none', username: options.username };
    record.serverAllows = methodsLeft;
    if (partialSuccess) {
      isAsking = true;
      askedSincePartial = false;
    }
    if (methodsLeft.includes('publickey') && options.kind !== 'password' && options.kind !== 'password-otp') {
      keys ??= await listKeys(options, record);
      const key = keys.shift();
      if (key !== undefined) {
        record.tried.push(key.type);
        return key;
      }
    }
    const isOnlyPersonLeft = !methodsLeft.includes('publickey');
    const method = (['keyboard-interactive', 'password'] as const).find((name) => methodsLeft.includes(name));
    if (method === undefined || !(isAsking || isOnlyPersonLeft || options.kind === 'key-otp')) return false;
    if (options.askSecret === undefined) {
      record.needsPerson = true;
      return false;
    }
    // One question a stage: a second try would spend the person's one-time code and the server's patience.
    if (askedSincePartial) return false;
    askedSincePartial = true;
    record.tried.push(method);
    return method === 'password' ? askPassword(options, record) : buildInteractive(options, record);
  };
  return {
    record,
    handler: (methodsLeft, partialSuccess, proceed) => {
      const give = async () => {
        const choice = await choose(methodsLeft, partialSuccess === true).catch((error: unknown): false => {
          record.askFailure ??= error;
          return false;
        });
        proceed(choice);
      };
      void give();
    },
  };
}

async function listKeys(options: AuthOptions, record: AuthRecord): Promise<AnyAuthMethod[]> {
  const { username } = options;
  const methods: AnyAuthMethod[] = [];
  if (options.identityFile === undefined && options.agentSocket !== undefined && options.kind !== 'key') {
    methods.push({ type: 'agent', username, agent: options.agentSocket });
  }
  const files =
    options.identityFile === undefined
      ? ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(homedir(), '.ssh', name))
      : [options.identityFile.replace(/^~(?=\/)/, homedir())];
  for (const file of files) {
    const key = await readKey(options, record, file);
    if (key !== undefined) methods.push({ type: 'publickey', username, key });
  }
  return methods;
}

async function readKey(options: AuthOptions, record: AuthRecord, file: string) {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch {
    if (options.identityFile !== undefined) record.notes.push(`the key file ${file} cannot be read`);
    return undefined;
  }
  let parsed = ssh2.utils.parseKey(content);
  if (parsed instanceof Error && /encrypted/i.test(parsed.message)) {
    if (options.askSecret === undefined) {
      record.needsPerson = true;
      record.notes.push(`the key file ${file} needs its passphrase`);
      return undefined;
    }
    const passphrase = await askOne(options, `Passphrase of ${file}`);
    parsed = ssh2.utils.parseKey(content, passphrase);
  }
  if (!(parsed instanceof Error)) return parsed;
  record.notes.push(`the key file ${file} cannot be used (${parsed.message})`);
  return undefined;
}

async function askPassword(options: AuthOptions, record: AuthRecord): Promise<AuthChoice> {
  try {
    return { type: 'password', username: options.username, password: await askOne(options, `Password of ${options.username}`) };
  } catch (error) {
    record.askFailure = error;
    return false;
  }
}

async function askOne(options: AuthOptions, text: string): Promise<string> {
  const [answer] = (await options.askSecret?.({
    hostId: options.hostId,
    instructions: `Logging in to ${options.hostname} as ${options.username}`,
    prompts: [{ text, echo: false }],
    signal: options.signal,
  })) ?? [''];
  return answer ?? '';
}

function buildInteractive(options: AuthOptions, record: AuthRecord): AuthChoice {
  return {
    type: 'keyboard-interactive',
    username: options.username,
    // Called once a round; the server decides how many rounds there are.
    prompt: (name, instructions, _language, prompts, finish) => {
      const introduction = [name, instructions].filter((text) => text !== '').join('\n');
      const asked = options.askSecret?.({
        hostId: options.hostId,
        instructions: introduction === '' ? `Logging in to ${options.hostname} as ${options.username}` : introduction,
        prompts: prompts.map((prompt) => ({ text: prompt.prompt, echo: prompt.echo === true })),
        signal: options.signal,
      });
      (asked ?? Promise.resolve([])).then(
        (answers) => finish([...answers]),
        (error: unknown) => {
          record.askFailure = error;
          // Empty answers end the round; the server says no and the login ends with the reason above.
          finish(prompts.map(() => ''));
        },
      );
    },
  };
}
