import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../../src/stand-ins/slack/server.ts';

const main = new URL('../../../src/stand-ins/slack/main.ts', import.meta.url).pathname;

interface Started {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  readonly line: Promise<{ ready: boolean; url: string }>;
  readonly errors: () => string;
}

function launch(env: Record<string, string>, stdin: 'ignore' | 'pipe' = 'ignore'): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...process.env, ...env },
    stdio: [stdin, 'pipe', 'pipe', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const line = new Promise<{ ready: boolean; url: string }>((resolve) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes('\n')) resolve(JSON.parse(output) as { ready: boolean; url: string });
    });
  });
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit, line, errors: () => errors };
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slack-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the process', () => {
  it('says when it is ready, keeps its credentials, and ends with its parent or by a signal', async () => {
    const folder = makeFolder();
    const env = {
      STANDIN_PORT: '0',
      STANDIN_STATE: join(folder, 'state.json'),
      STANDIN_CREDENTIALS: join(folder, 'credentials.json'),
      STANDIN_MANIFEST: join(folder, 'manifest.json'),
    };
    writeFileSync(
      env.STANDIN_MANIFEST,
      JSON.stringify({ features: { bot_user: { display_name: 'robo' }, slash_commands: [{ command: '/go' }] } }),
    );
    const first = launch(env);
    expect(await first.line).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(statSync(env.STANDIN_CREDENTIALS).mode & 0o777).toBe(0o600);
    const credentials = JSON.parse(readFileSync(env.STANDIN_CREDENTIALS, 'utf8')) as Credentials;
    expect(credentials.botToken).toMatch(/^xoxb-/);
    first.child.disconnect();
    expect(await first.exit).toBe(0);
    expect(existsSync(env.STANDIN_STATE)).toBe(true);

    const second = launch(env);
    const { url } = await second.line;
    const response = await fetch(`${url}/api/auth.test`, { method: 'POST', headers: { authorization: `Bearer ${credentials.botToken}` } });
    expect(await response.json()).toMatchObject({ ok: true, user: 'robo' });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  });

  it('ends when its stdin ends, if it is told to watch that', async () => {
    const { child, line, exit } = launch({ STANDIN_STDIN: 'watch' }, 'pipe');
    await line;
    child.stdin?.end();
    expect(await exit).toBe(0);
  });

  it('says why it cannot start', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ features: { slash_commands: [{ command: 'hpc' }] } }));
    const wrong = launch({ STANDIN_MANIFEST: join(folder, 'manifest.json') });
    expect(await wrong.exit).toBe(1);
    expect(wrong.errors()).toContain('reading the app manifest');
  });
});
