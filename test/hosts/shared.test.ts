import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ReprobotError } from '../../src/errors.ts';
import { createHost, isSshHost } from '../../src/hosts/index.ts';
import { selectEnv } from '../../src/hosts/local/env.ts';
import { explainMasterEnd } from '../../src/hosts/openssh/explain.ts';
import { ConnectGate } from '../../src/hosts/shared/connect-gate.ts';
import { encodeForPrintf, quoteArgv, quotePath } from '../../src/hosts/shared/quote.ts';
import { Slots } from '../../src/hosts/shared/slots.ts';
import { StreamTap } from '../../src/hosts/shared/stream-tap.ts';
import fc from '../support/properties.ts';

describe('quoting', () => {
  test('a real sh reads the same words back', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (raw) => {
        const words = raw.map((word) => word.replaceAll('\0', ''));
        const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${quoteArgv(words)}`], { encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 100 },
    );
  });

  test('printf of a real sh gives the same text back, and the encoded line is plain', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
        const text = `${raw.replaceAll('\0', '')}.`;
        const line = encodeForPrintf(text);
        expect(line).toMatch(/^[ -~]*$/);
        const { stdout } = spawnSync('/bin/sh', ['-c', `IFS= read -r p; printf %b "$p"`], { encoding: 'utf8', input: `${line}\n` });
        expect(stdout).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  test('paths are absolute or under the home', () => {
    expect(quotePath('~/a b')).toBe(`"$HOME"/'a b'`);
    expect(quotePath("/it's")).toBe(`'/it'\\''s'`);
    expect(() => quotePath('-rf')).toThrow(/absolute/);
    expect(() => quotePath('~root/x')).toThrow(/absolute/);
  });
});

describe('stream tap', () => {
  const nonce = 'abcdef0123456789abcdef01';

  test('finds body and status however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.nat(255),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (noise, body, status, sizes) => {
          const all = Buffer.from(`${noise}\n${nonce} 42\n${body}\n${nonce} end ${status}\n`);
          const pieces: Buffer[] = [];
          const tap = new StreamTap({ nonce, limit: 1e6, endsWithStatus: true, onBytes: (bytes) => pieces.push(Buffer.from(bytes)) });
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            tap.push(all.subarray(at, at + size));
            at += size;
          }
          tap.end();
          expect(tap.mark).toBe('42');
          expect(tap.status).toBe(status);
          expect(tap.bytes().toString()).toBe(body);
          expect(Buffer.concat(pieces).toString()).toBe(body);
        },
      ),
    );
  });

  test('keeps the first bytes and says that there were more', () => {
    const tap = new StreamTap({ nonce, limit: 3, endsWithStatus: false });
    tap.push(Buffer.from(`\n${nonce}\nabcdef`));
    tap.end();
    expect(tap.bytes().toString()).toBe('abc');
    expect(tap.truncated).toBe(true);
  });
});

describe('connect gate', () => {
  const unreachable = new ReprobotError({ code: 'host.unreachable', doing: 'connecting', why: 'down', transient: true });
  const refused = new ReprobotError({ code: 'host.auth-refused', doing: 'logging in', why: 'no' });
  const makeGate = (asksPerson = false) => {
    const clock = { now: 0 };
    return { clock, gate: new ConnectGate({ now: () => clock.now, asksPerson }) };
  };
  const readWait = (gate: ConnectGate): number => {
    try {
      gate.requireOpen();
      return 0;
    } catch (error) {
      return Number(/in (\d+) s/.exec(String(error))?.[1]);
    }
  };

  test('waits twice as long each time, up to a quarter of an hour', () => {
    const { clock, gate } = makeGate();
    const waits: number[] = [];
    for (let failure = 0; failure < 10; failure += 1) {
      gate.recordFailure(unreachable);
      waits.push(readWait(gate));
      clock.now += 15 * 60_000;
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    gate.recordSuccess();
    gate.recordFailure(unreachable);
    expect(readWait(gate)).toBe(5);
  });

  test('stays shut after three refused logins until somebody asks', () => {
    const { clock, gate } = makeGate();
    for (let failure = 0; failure < 3; failure += 1) gate.recordFailure(refused);
    clock.now += 24 * 60 * 60_000;
    expect(() => gate.requireOpen()).toThrow(/stopped after 3 refused logins/);
    gate.reset();
    expect(() => gate.requireOpen()).not.toThrow();
  });

  test('lets a person try again at once', () => {
    const { gate } = makeGate(true);
    gate.recordFailure(refused);
    expect(() => gate.requireOpen()).not.toThrow();
  });
});

describe('slots', () => {
  test('keep one session back and learn a lower limit', async () => {
    const slots = new Slots(4);
    for (let turn = 0; turn < 3; turn += 1) await slots.acquire();
    const waiting = slots.acquire();
    await expect(Promise.race([waiting, Promise.resolve('waits')])).resolves.toBe('waits');
    slots.release();
    await waiting;
    expect(slots.active).toBe(3);
    slots.learnLimit();
    for (let turn = 0; turn < 2; turn += 1) slots.release();
    const late = slots.acquire(AbortSignal.timeout(20));
    await expect(slots.acquire(AbortSignal.timeout(40))).rejects.toThrow();
    await late;
    expect(slots.active).toBe(2);
  });
});

describe('what ssh says', () => {
  const options = { id: 'lab', hostname: 'login.example.org', auth: 'key' as const, maxSessions: 4 };
  const name = (said: string, more: Partial<Parameters<typeof explainMasterEnd>[0]> = {}) =>
    explainMasterEnd({ ...options, ...more }, { said, askFailure: undefined }).code;

  test.each([
    ['ssh: Could not resolve hostname x: Name or service not known', 'host.unreachable'],
    ['ssh: connect to host x port 22: Connection timed out', 'host.unreachable'],
    ['kex_exchange_identification: read: Connection reset by peer', 'host.unreachable'],
    ['u@x: Permission denied (publickey,password).', 'host.auth-refused'],
    ['u@x: Permission denied (keyboard-interactive).', 'host.auth-needed'],
    [
      'debug1: Authenticated using "publickey" with partial success.\nu@x: Permission denied (publickey,keyboard-interactive).',
      'host.auth-needed',
    ],
    ['Received disconnect from 1.2.3.4 port 22:2: Too many authentication failures', 'host.auth-refused'],
    ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'host.key-changed'],
    ['No ED25519 host key is known for x and you have requested strict checking.\nHost key verification failed.', 'host.key-unknown'],
    ['sh: 1: ssh: not found', 'config.missing-tool'],
    ['', 'host.unreachable'],
  ])('%j', (said, code) => {
    expect(name(said)).toBe(code);
  });

  test('the kind of login decides where the words do not', () => {
    expect(name('u@x: Permission denied (publickey,password).', { auth: 'password' })).toBe('host.auth-needed');
  });
});

describe('createHost', () => {
  test('picks by the profile and connects to nothing yet', async () => {
    const local = createHost({ id: 'here', host: { kind: 'local' } });
    expect(isSshHost(local)).toBe(false);
    for (const transport of ['ssh2', 'openssh'] as const) {
      const host = createHost({ id: 'lab', host: { kind: 'ssh', transport, hostname: 'x', auth: 'key', maxSessions: 2 } });
      expect(isSshHost(host)).toBe(true);
      await host.close();
    }
  });

  test('refuses what cannot work', () => {
    const base = { kind: 'ssh', hostname: 'x', maxSessions: 2 } as const;
    expect(() => createHost({ id: 'lab', host: { ...base, transport: 'ssh2', auth: 'certificate' } })).toThrow(/openssh/);
    expect(() => createHost({ id: 'lab', host: { ...base, transport: 'openssh', auth: 'key', hostname: '-oProxyCommand=x' } })).toThrow(
      /dash/,
    );
  });
});

test("commands on this machine do not see the bot's secrets", () => {
  const env = selectEnv({ PATH: '/bin', SLACK_BOT_TOKEN: 'x', ANTHROPIC_API_KEY: 'x', REDIS_URL: 'x', LC_ALL: 'C', GITHUB_PAT: 'x' });
  expect(Object.keys(env).sort()).toEqual(['HOME', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'USER']);
});
