/** What goes wrong between us and a cluster, on a real sshd. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SshHost } from '../../src/hosts/shared/ssh-host.ts';
import { findFreePort, type Sshd, startSshd } from '../lab/sshd.ts';
import { createAliasHost, createTestHost, isRunning, SSH_KINDS, waitFor } from './support.ts';

describe.each(SSH_KINDS)('%s', (kind) => {
  let sshd: Sshd;
  let host: SshHost;
  let clock: number;
  const now = () => clock;
  beforeEach(async () => {
    clock = 0;
    sshd = await startSshd();
    host = createTestHost(kind, sshd, { now });
  });
  afterEach(async () => {
    await host.close();
    await sshd.stop();
  });

  test('a lost connection rejects the running command, ends it over there, and the next call works', async () => {
    let pid = 0;
    const running = host.exec(['sh', '-c', 'echo $$; sleep 300; sleep 300'], {
      onOutput: (_, text) => {
        pid = Number(text.trim());
        void sshd.halt();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'host.unreachable', transient: true, details: { mayHaveRun: true } });
    await waitFor(() => !isRunning(pid), 'the end of the command whose connection was lost');
    await sshd.resume();
    expect((await host.exec(['echo', 'back'])).stdout).toBe('back\n');
  });

  test('a connection that dropped while idle is made again', async () => {
    await host.exec(['true']);
    await sshd.dropConnections();
    expect((await host.exec(['echo', 'back'])).stdout).toBe('back\n');
  });

  test('one connection serves all calls and is gone after close', async () => {
    await Promise.all(Array.from({ length: 6 }, () => host.exec(['true'])));
    expect(await sshd.countConnections()).toBe(1);
    await host.close();
    await waitFor(async () => (await sshd.countConnections()) === 0, 'the end of the connection');
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a cluster that is down is unreachable, and is not asked again at once', async () => {
    await sshd.halt();
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.unreachable', transient: true });
    await sshd.resume();
    await expect(host.exec(['true'])).rejects.toThrow(/next attempt is in 5 s/);
    clock += 5000;
    expect((await host.exec(['echo', 'up'])).stdout).toBe('up\n');
  });

  test('a person who asks does not have to wait', async () => {
    await sshd.halt();
    await expect(host.exec(['true'])).rejects.toMatchObject({ code: 'host.unreachable' });
    await sshd.resume();
    await host.connect();
    expect((await host.exec(['echo', 'up'])).stdout).toBe('up\n');
  });

  test('a name that nobody knows is unreachable', async () => {
    const lost = createTestHost(kind, sshd, { hostname: 'no-such-host.invalid' });
    await expect(lost.exec(['true'])).rejects.toMatchObject({ code: 'host.unreachable' });
    await lost.close();
  });

  test('a refused key is reported once, and after three times only a person can go on', async () => {
    const stranger = await startSshd();
    const refused = createTestHost(kind, sshd, { identityFile: stranger.identityFile, now });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await expect(refused.exec(['true'])).rejects.toMatchObject({ code: 'host.auth-refused', transient: false });
      clock += 15 * 60_000;
    }
    await expect(refused.exec(['true'])).rejects.toThrow(/stopped after 3 refused logins/);
    writeFileSync(join(sshd.folder, 'authorized_keys'), readFileSync(`${stranger.identityFile}.pub`));
    await expect(refused.exec(['true'])).rejects.toThrow(/stopped after 3 refused logins/);
    await refused.connect();
    expect((await refused.exec(['echo', 'in'])).stdout).toBe('in\n');
    await refused.close();
    await stranger.stop();
  });

  test('an unknown host key is never accepted; the message gives command and fingerprint', async () => {
    const knownHostsFile = join(sshd.folder, 'empty');
    const wary = createTestHost(kind, sshd, { knownHostsFile });
    const error = await wary.exec(['true']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'host.key-unknown', details: { fingerprint: sshd.fingerprint } });
    expect(String(error)).toContain(sshd.fingerprint);
    expect(String(error)).toContain(`ssh-keyscan -p ${sshd.port} -t ed25519 127.0.0.1 >> ${knownHostsFile}`);
    expect(existsSync(knownHostsFile)).toBe(false);
    await wary.close();
  });

  test('the command in the message about an unknown key does make it known', async () => {
    const knownHostsFile = join(sshd.folder, 'scanned');
    const wary = createTestHost(kind, sshd, { knownHostsFile });
    const error = (await wary.exec(['true']).catch((reason: unknown) => reason)) as { details: { addCommand: string } };
    const scan = spawn('sh', ['-c', error.details.addCommand], { stdio: 'ignore' });
    await new Promise((resolve) => scan.once('close', resolve));
    await wary.connect();
    expect((await wary.exec(['echo', 'known'])).stdout).toBe('known\n');
    await wary.close();
  });

  test('a changed host key is refused', async () => {
    const other = await startSshd();
    const key = readFileSync(join(other.folder, 'host_key.pub'), 'utf8');
    const knownHostsFile = join(sshd.folder, 'changed');
    writeFileSync(knownHostsFile, `[127.0.0.1]:${sshd.port} ${key}`);
    const wary = createTestHost(kind, sshd, { knownHostsFile });
    await expect(wary.exec(['true'])).rejects.toMatchObject({ code: 'host.key-changed', transient: false });
    await expect(wary.exec(['true'])).rejects.toThrow(/ssh-keygen -R/);
    await wary.close();
    await other.stop();
  });

  test('a session limit of the server below ours only makes calls wait, also when one has to be stopped', async () => {
    const narrow = await startSshd({ settings: { MaxSessions: '2' } });
    const patient = createTestHost(kind, narrow, { maxSessions: 8 });
    const results = await Promise.all(Array.from({ length: 8 }, (_, index) => patient.exec(['sh', '-c', `sleep 0.1; echo ${index}`])));
    expect(results.map((result) => result.stdout.trim())).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(await narrow.countConnections()).toBe(1);
    const stopped = await patient.exec(['sleep', '300'], { timeoutMs: 500 });
    expect(stopped).toMatchObject({ timedOut: true, signal: 'SIGTERM' });
    await patient.close();
    await narrow.stop();
  });

  test('a command is stopped even where the server allows no second session', async () => {
    const single = await startSshd({ settings: { MaxSessions: '1' } });
    const patient = createTestHost(kind, single);
    const stopped = await patient.exec(['sh', '-c', 'echo $$; sleep 300; sleep 300'], { timeoutMs: 500 });
    expect(stopped).toMatchObject({ timedOut: true });
    await waitFor(() => !isRunning(Number(stopped.stdout)), 'the end of the stopped command');
    expect((await patient.exec(['echo', 'next'])).stdout).toBe('next\n');
    await patient.close();
    await single.stop();
  });

  test('a call that waits for a session can be cancelled', async () => {
    const single = createTestHost(kind, sshd, { maxSessions: 1 });
    const first = single.exec(['sleep', '300'], { timeoutMs: 1500 });
    await expect(single.exec(['true'], { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await first).toMatchObject({ timedOut: true });
    await single.close();
  });

  test('an account that may not run commands is told apart from a dead cluster', async () => {
    const closed = await startSshd({ settings: { ForceCommand: 'echo This account is not available; exit 1' } });
    const barred = createTestHost(kind, closed);
    await expect(barred.exec(['true'])).rejects.toMatchObject({ code: 'host.command-failed' });
    await expect(barred.exec(['true'])).rejects.toThrow(/This account is not available/);
    await barred.close();
    await closed.stop();
  });

  test('a forced wrapper around commands is fine, and stopping works through it', async () => {
    const wrapped = await startSshd({ settings: { ForceCommand: '/bin/bash -c "$SSH_ORIGINAL_COMMAND"; exit $?' } });
    const through = createTestHost(kind, wrapped);
    expect(await through.exec(['sh', '-c', 'echo "a  b"; exit 3'])).toMatchObject({ stdout: 'a  b\n', code: 3 });
    expect(await through.exec(['sleep', '300'], { timeoutMs: 500 })).toMatchObject({ timedOut: true });
    await through.close();
    await wrapped.stop();
  });

  test('nothing is reached on a port where nothing listens', async () => {
    const nowhere = createTestHost(kind, sshd, { port: await findFreePort() });
    await expect(nowhere.exec(['true'])).rejects.toMatchObject({ code: 'host.unreachable' });
    await nowhere.close();
  });
});

describe('openssh', () => {
  test('obeys the ssh config: an alias, a jump host and a dropped command setting', async () => {
    const jump = await startSshd();
    const inner = await startSshd();
    const key = `IdentityFile ${inner.identityFile}\n  UserKnownHostsFile ${inner.knownHostsFile}`;
    const jumpKey = `IdentityFile ${jump.identityFile}\n  UserKnownHostsFile ${jump.knownHostsFile}`;
    const configFile = join(inner.folder, 'config');
    writeFileSync(
      configFile,
      `Host gate\n  HostName 127.0.0.1\n  Port ${jump.port}\n  ${jumpKey}\n` +
        `Host cluster\n  HostName 127.0.0.1\n  Port ${inner.port}\n  ProxyJump gate\n  RemoteCommand echo wrong\n  RequestTTY force\n  ${key}\n`,
    );
    const host = createAliasHost('cluster', configFile);
    expect((await host.exec(['sh', '-c', 'echo "$HOME"'])).stdout).toBe(`${inner.home}\n`);
    expect(await jump.countConnections()).toBe(1);
    await host.close();
    await waitFor(async () => (await jump.countConnections()) === 0, 'the end of the jump');
    await jump.stop();
    await inner.stop();
  });

  test('keeps its sockets in a private folder and removes them', async () => {
    const sshd = await startSshd();
    const controlFolder = mkdtempSync(join(tmpdir(), 'control-'));
    const host = createTestHost('openssh', sshd, { controlFolder });
    await host.exec(['true']);
    expect(readdirSync(controlFolder)).toHaveLength(1);
    await host.close();
    expect(readdirSync(controlFolder)).toEqual([]);
    await sshd.stop();
    rmSync(controlFolder, { recursive: true });
  });

  test('leaves no connection behind when the bot is killed', async () => {
    const sshd = await startSshd();
    const script = fileURLToPath(new URL('./connect-and-hang.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(sshd)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await sshd.countConnections()).toBe(1);
    child.kill('SIGKILL');
    await waitFor(async () => (await sshd.countConnections()) === 0, 'the end of the connection of a killed bot');
    await sshd.stop();
  });
});
