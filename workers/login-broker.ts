import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { ReprobotError } from '../src/errors.ts';
import type { AskSecret } from '../src/ports.ts';
import { LoginSecret, secretChannel } from '../src/queue/secrets.ts';

/** How long an answer waits for the login that needs it. A one-time code does not live longer either. */
const SECRET_LIVES_MS = 90_000;
const CODE_PROMPT = /code|otp|one.?time|token|verification|authenticator|duo|passcode|engangs/i;

/** Holds what a person typed for a login, in memory, until it was used once. */
export interface LoginBroker {
  /** For the hosts: the answers to a server's prompts, or host.auth-needed when nobody has typed any yet. */
  readonly askSecret: AskSecret;
  /** True after a login was refused for want of a person; nothing should knock there until somebody has answered. */
  needsLogin(site: string): boolean;
  close(): Promise<void>;
}

/** `onSecret` is called when a person has answered for a site; it should log in and let the waiting work go on. */
export async function createLoginBroker(
  redis: Redis,
  prefix: string,
  log: Logger,
  onSecret: (site: string) => Promise<void>,
): Promise<LoginBroker> {
  const held = new Map<string, { secret: LoginSecret; until: number }>();
  const waiting = new Set<string>();
  const ears = redis.duplicate();
  ears.on('error', (error) => log.warn({ err: error }, 'listening for logins'));
  ears.on('message', (_channel, message) => {
    const parsed = LoginSecret.safeParse(JSON.parse(message));
    if (!parsed.success) return;
    const { site, by } = parsed.data;
    held.set(site, { secret: parsed.data, until: Date.now() + SECRET_LIVES_MS });
    waiting.delete(site);
    log.info({ site, by }, 'a person answered for a login');
    onSecret(site).catch((error: unknown) => log.warn({ err: error, site }, 'logging in'));
  });
  await ears.subscribe(secretChannel(prefix));
  return {
    needsLogin: (site) => waiting.has(site),
    askSecret: (request) => {
      const found = held.get(request.hostId);
      if (found === undefined || found.until < Date.now()) {
        held.delete(request.hostId);
        waiting.add(request.hostId);
        return Promise.reject(loginNeeded(request.hostId));
      }
      const wantsCode = request.prompts.some((prompt) => CODE_PROMPT.test(prompt.text));
      const answers = request.prompts.map((prompt) => (CODE_PROMPT.test(prompt.text) ? found.secret.code : found.secret.password));
      // Some servers ask for the password in one round and for the code in the next; each is given away once.
      const left = wantsCode ? { ...found.secret, code: '' } : { ...found.secret, password: '' };
      if (left.code === '' && (left.password === '' || wantsCode)) held.delete(request.hostId);
      else held.set(request.hostId, { ...found, secret: left });
      return Promise.resolve(answers);
    },
    close: async () => {
      held.clear();
      await ears.quit();
    },
  };
}

/** The error with which work waits for a person to log in. */
export function loginNeeded(site: string): ReprobotError {
  return new ReprobotError({
    code: 'host.auth-needed',
    doing: `logging in to ${site}`,
    why: 'it wants a password or a one-time code from a person',
    remedy: 'Press “Log in” in the thread.',
    transient: true,
  });
}
