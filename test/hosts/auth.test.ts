/** Logins that need a person: what is asked, in which order, and what happens when nobody answers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createOpensshHost } from '../../src/hosts/openssh/index.ts';
import type { SshHost, SshHostOptions } from '../../src/hosts/shared/ssh-host.ts';
import { createSsh2Host } from '../../src/hosts/ssh2/index.ts';
import type { AskSecret } from '../../src/ports.ts';
import { type LoginRules, type LoginServer, startLoginServer } from './login-server.ts';
import { KEYGEN, SSH_KINDS } from './support.ts';

type Request = Parameters<AskSecret>[0];

describe.each(SSH_KINDS)('%s', (kind) => {
  let folder: string;
  const cleanups: (() => Promise<void>)[] = [];
  const file = (name: string) => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'auth-'));
    for (const [name, passphrase] of [
      ['host', ''],
      ['id', ''],
      ['locked', 'open sesame'],
    ] as const) {
      execFileSync(KEYGEN, ['-q', '-t', 'ed25519', '-N', passphrase, '-f', file(name)]);
    }
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function start(
    rules: Omit<LoginRules, 'hostKeyFile'>,
    options: Partial<SshHostOptions>,
  ): Promise<{ server: LoginServer; host: SshHost }> {
    const server = await startLoginServer({ hostKeyFile: file('host'), ...rules });
    const [type, key] = readFileSync(file('host.pub'), 'utf8').split(' ');
    writeFileSync(file('known_hosts'), `[127.0.0.1]:${server.port} ${type} ${key}\n`);
    const all: SshHostOptions = {
      id: 'lab',
      hostname: '127.0.0.1',
      port: server.port,
      user: userInfo().username,
      identityFile: file('id'),
      knownHostsFile: file('known_hosts'),
      auth: 'key',
      maxSessions: 4,
      configFile: 'none',
      ...options,
    };
    const host = kind === 'ssh2' ? createSsh2Host(all) : createOpensshHost(all);
    cleanups.push(
      () => server.close(),
      () => host.close(),
    );
    return { server, host };
  }

  /** Answers by what a prompt contains, and remembers what was asked. */
  function answerBy(answers: Readonly<Record<string, string>>): { askSecret: AskSecret; asked: Request[] } {
    const asked: Request[] = [];
    return {
      asked,
      askSecret: (request) => {
        asked.push(request);
        return Promise.resolve(request.prompts.map(({ text }) => Object.entries(answers).find(([part]) => text.includes(part))?.[1] ?? ''));
      },
    };
  }

  test('a password is asked once for many commands', async () => {
    const { askSecret, asked } = answerBy({ assword: 'p w$"\\' });
    const { host } = await start({ password: 'p w$"\\' }, { auth: 'password', askSecret });
    expect((await host.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect((await host.exec(['echo', 'again'])).stdout).toBe('again\n');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ hostId: 'lab', prompts: [{ echo: false }] });
  });

  test('several rounds of questions are passed on one by one', async () => {
    const rounds = [
      { instructions: 'First', prompts: ['Password: '], answers: ['secret'] },
      { instructions: 'Then', prompts: ['Code from your phone: '], answers: ['123456'] },
    ];
    const { askSecret, asked } = answerBy({ Password: 'secret', phone: '123456' });
    const { host } = await start({ rounds }, { auth: 'password-otp', askSecret });
    expect((await host.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(asked.map((request) => request.prompts[0]?.text)).toEqual([
      expect.stringContaining('Password: '),
      expect.stringContaining('Code from your phone: '),
    ]);
  });

  test('a key and then a code', async () => {
    const rounds = [{ instructions: '', prompts: ['TOTP: '], answers: ['42'] }];
    const { askSecret, asked } = answerBy({ TOTP: '42' });
    const { host, server } = await start({ publicKeyFile: file('id.pub'), rounds }, { auth: 'key-otp', askSecret });
    expect((await host.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(asked).toHaveLength(1);
    expect(server.logins).toContain('publickey');
  });

  test('the passphrase of a key', async () => {
    const { askSecret, asked } = answerBy({ assphrase: 'open sesame' });
    const { host } = await start({ publicKeyFile: file('locked.pub') }, { identityFile: file('locked'), askSecret });
    expect((await host.exec(['echo', 'in'])).stdout).toBe('in\n');
    expect(asked[0]?.prompts[0]?.text).toContain(file('locked'));
  });

  test('nobody to ask: the login says what it needs', async () => {
    const rounds = [{ instructions: '', prompts: ['TOTP: '], answers: ['42'] }];
    const { host } = await start({ publicKeyFile: file('id.pub'), rounds }, { auth: 'key' });
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.auth-needed', transient: false });
    const { host: other } = await start({ password: 'x' }, { auth: 'password' });
    await expect(other.exec(['true'])).rejects.toMatchObject({ code: 'host.auth-needed' });
  });

  test('a question that nobody answers ends the login', async () => {
    const askSecret: AskSecret = () => Promise.reject(new Error('the dialog was closed'));
    const { host } = await start({ password: 'x' }, { auth: 'password', askSecret });
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.auth-needed', cause: { message: 'the dialog was closed' } });
  });

  test('a wrong answer is not repeated, and after three logins there are no more', async () => {
    const { askSecret, asked } = answerBy({ assword: 'wrong-answer' });
    const { host } = await start({ password: 'right' }, { auth: 'password', askSecret });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const error = await host.exec(['true']).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'host.auth-refused' });
      expect(JSON.stringify(error) + String(error)).not.toContain('wrong-answer');
      expect(asked).toHaveLength(attempt);
    }
    await expect(host.exec(['true'])).rejects.toThrow(/stopped after 3/);
    expect(asked).toHaveLength(3);
  });

  test('closing takes an open question back', async () => {
    let taken = false;
    let announce = () => {};
    const isAsked = new Promise<void>((resolve) => {
      announce = resolve;
    });
    const askSecret: AskSecret = ({ signal }) =>
      new Promise((_, reject) => {
        announce();
        signal?.addEventListener('abort', () => {
          taken = true;
          reject(new Error('taken back'));
        });
      });
    const { host } = await start({ password: 'x' }, { auth: 'password', askSecret });
    const running = host.exec(['true']).catch((reason: unknown) => reason);
    await isAsked;
    await host.close();
    expect(await running).toMatchObject({ code: 'cancelled' });
    expect(taken).toBe(true);
  });

  test('leaves neither program nor socket of the questions behind', async () => {
    const controlFolder = mkdtempSync(join(tmpdir(), 'control-'));
    const { askSecret } = answerBy({ assword: 'x' });
    const { host } = await start({ password: 'x' }, { auth: 'password', askSecret, controlFolder });
    await host.exec(['true']);
    expect(readdirSync(controlFolder).filter((name) => /\.(ask|q)$/.test(name))).toEqual([]);
    rmSync(controlFolder, { recursive: true });
  });
});
