/** A cluster that asks for a password and a one-time code: a person types them into a modal, once, and they are kept nowhere. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startLoginServer, type LoginServer } from '../hosts/login-server.ts';
import { Stack } from '../support/stack.ts';
import { Person } from './person.ts';
import { TINY } from './repos.ts';

vi.setConfig({ testTimeout: 120_000 });

const PASSWORD = 'correct-horse-battery';
const CODE = '755224';
let folder: string;
let server: LoginServer;
let stack: Stack;
let person: Person;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-login-'));
  const key = join(folder, 'host-key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const rounds = [
    { instructions: '', prompts: ['Password: '], answers: [PASSWORD] },
    { instructions: '', prompts: ['One-time code: '], answers: [CODE] },
  ];
  server = await startLoginServer({ hostKeyFile: key, rounds });
  const knownHostsFile = join(folder, 'known_hosts');
  await writeFile(knownHostsFile, `[127.0.0.1]:${server.port} ${await readFile(`${key}.pub`, 'utf8')}`);
  const host = {
    kind: 'ssh',
    transport: 'ssh2',
    hostname: '127.0.0.1',
    port: server.port,
    user: userInfo().username,
    knownHostsFile,
    auth: 'password-otp',
  };
  const site = { id: 'otp', extends: 'local', title: 'Behind a code', host, workRoot: join(folder, 'runs') };
  stack = await Stack.start({ sites: [site] });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

test('the thread asks for a login, the modal takes it, and the run goes on', async () => {
  const runId = await person.reproduce(TINY, '--site otp');
  await person.press(runId, 'status', 'run.login');
  await person.submit(await person.modal('run.login'), { password: PASSWORD, code: CODE });
  await person.slot(runId, 'approval:1');
  expect(server.logins).toContain('keyboard-interactive');
  await expectNotKept(PASSWORD);
  await expectNotKept(CODE);
});

/** Neither in Redis and its file, nor in logs, records or the console's own traffic. */
async function expectNotKept(secret: string): Promise<void> {
  for (const entry of await readdir(stack.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file that has gone since it was listed keeps nothing.
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    expect(content.includes(secret), path).toBe(false);
  }
  for (const key of await stack.redis.keys('*')) expect(JSON.stringify(await stack.redis.dump(key)).includes(secret), key).toBe(false);
}
