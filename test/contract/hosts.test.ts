/** The same promises, kept by every kind of host. The ssh kinds talk to a real sshd whose login prints noise. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalHost } from '../../src/hosts/local/index.ts';
import type { Host } from '../../src/ports.ts';
import { createTestHost, isRunning, waitFor } from '../hosts/support.ts';
import { type Sshd, startSshd } from '../lab/sshd.ts';
import fc from '../support/properties.ts';

const NOISE = 'echo "Welcome! $(date)"; echo "last login" >&2; printf "no newline"; export FROM_LOGIN=/login/value\n';

describe.each(['local', 'ssh2', 'openssh'] as const)('%s', (kind) => {
  let sshd: Sshd;
  let host: Host;
  let folder: string;
  beforeAll(async () => {
    sshd = await startSshd({ bashrc: NOISE });
    host = kind === 'local' ? createLocalHost({ id: 'here' }) : createTestHost(kind, sshd);
    folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  });
  afterAll(async () => {
    await host.close();
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('exec', () => {
    test('hands over any words exactly', async () => {
      const nasty = fc.string({
        unit: fc.constantFrom("'", '"', '\\', '\n', '$', '`', '!', ' ', '*', '-', 'é', '漢', '\u0001', '\t', ';', '%', 'a'),
      });
      const word = fc.oneof(nasty, fc.string({ unit: 'grapheme' })).filter((text) => !text.includes('\0'));
      await fc.assert(
        fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (words) => {
          const { stdout, code } = await host.exec(['printf', '%s\\0', ...words]);
          expect({ words: stdout.split('\0').slice(0, -1), code }).toEqual({ words, code: 0 });
        }),
        { numRuns: 40 },
      );
    });

    test('refuses NUL, an empty program and a program that looks like an option', async () => {
      await expect(host.exec(['echo', 'a\0b'])).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.exec([])).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.exec(['-c'])).rejects.toMatchObject({ code: 'usage.bad-input' });
    });

    test('keeps both streams and the exit code apart', async () => {
      const result = await host.exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', code: 3, signal: null, timedOut: false, truncated: false });
    });

    test.each([0, 1, 126, 127, 255])('passes exit code %i on', async (code) => {
      expect(await host.exec(['sh', '-c', `exit ${code}`])).toMatchObject({ code, signal: null });
    });

    test.each(['TERM', 'KILL', 'SEGV'])('names the signal that ended the command: %s', async (name) => {
      expect(await host.exec(['sh', '-c', `kill -${name} $$`])).toMatchObject({ code: null, signal: `SIG${name}`, stderr: '' });
    });

    test('resolves with 127 for a program that is not there', async () => {
      const result = await host.exec(['no-such-program']);
      expect(result.code).toBe(127);
      expect(result.stderr).toContain('no-such-program');
    });

    test('sets the folder and the environment', async () => {
      const odd = join(folder, "it's a folder");
      mkdirSync(odd);
      const result = await host.exec(['sh', '-c', 'pwd; printf %s "$VALUE"'], { cwd: odd, env: { VALUE: "a'b\n$HOME" } });
      expect(result.stdout).toBe(`${odd}\na'b\n$HOME`);
      expect((await host.exec(['sh', '-c', 'cd; [ "$OLDPWD" = "$HOME" ] && echo home'], { cwd: '~' })).stdout).toBe('home\n');
    });

    test('rejects when the folder is not there, and for names that are no variables', async () => {
      await expect(host.exec(['true'], { cwd: join(folder, 'absent') })).rejects.toMatchObject({ code: 'host.no-such-file' });
      await expect(host.exec(['true'], { cwd: 'relative' })).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.exec(['true'], { env: { 'A;B': '' } })).rejects.toMatchObject({ code: 'usage.bad-input' });
    });

    test('does not show arguments of the wrapper or environment in the list of processes', async () => {
      const { stdout } = await host.exec(['sh', '-c', 'ps -e -o args | grep -v grep | grep -c hidden-value; true'], {
        env: { SECRET: 'hidden-value' },
      });
      expect(stdout).toBe('0\n');
    });

    test('feeds stdin: nothing, text, bytes, more than a pipe holds', async () => {
      expect((await host.exec(['cat'])).stdout).toBe('');
      expect((await host.exec(['cat'], { stdin: 'é\n' })).stdout).toBe('é\n');
      const big = Buffer.alloc(3_000_000, 'x');
      expect((await host.exec(['wc', '-c'], { stdin: big })).stdout.trim()).toBe('3000000');
      expect((await host.exec(['true'], { stdin: big })).code).toBe(0);
    });

    test('stops at the time limit and keeps what was said', async () => {
      const result = await host.exec(['sh', '-c', 'echo begun; sleep 300'], { timeoutMs: 700 });
      expect(result).toMatchObject({ stdout: 'begun\n', code: null, signal: 'SIGTERM', timedOut: true });
    });

    test('ends every process of a cancelled command, also one that ignores TERM', async () => {
      const controller = new AbortController();
      let said = '';
      const running = host.exec(['sh', '-c', 'trap "" TERM; echo $$; sleep 300 & echo $!; wait; sleep 300'], {
        signal: controller.signal,
        onOutput: (_, text) => {
          said += text;
          if (said.split('\n').length > 2) controller.abort();
        },
      });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      const pids = said.trim().split('\n').map(Number);
      expect(pids).toHaveLength(2);
      await waitFor(() => pids.every((pid) => !isRunning(pid)), 'the end of the command');
    });

    test('does not start when it is cancelled already', async () => {
      const mark = join(folder, 'never');
      await expect(host.exec(['touch', mark], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
      expect(existsSync(mark)).toBe(false);
    });

    test('drops output beyond the limit without keeping it in memory', async () => {
      let peak = 0;
      const before = process.memoryUsage().arrayBuffers;
      const result = await host.exec(['head', '-c', String(64 * 1024 * 1024), '/dev/zero'], {
        maxOutputBytes: 1000,
        onOutput: () => {
          peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        },
      });
      expect(result).toMatchObject({ code: 0, truncated: true, stdout: '\0'.repeat(1000) });
      expect(peak).toBeLessThan(40 * 1024 * 1024);
    });

    test('never cuts a character in two when it reports progress', async () => {
      const pieces: string[] = [];
      const { stdout } = await host.exec(['sh', '-c', "printf '\\303'; sleep 0.3; printf '\\251!'"], {
        onOutput: (_, text) => pieces.push(text),
      });
      expect(stdout).toBe('é!');
      expect(pieces.join('')).toBe('é!');
    });

    test('runs many at once', async () => {
      const results = await Promise.all(Array.from({ length: 12 }, (_, index) => host.exec(['echo', String(index)])));
      expect(results.map((result) => result.stdout.trim())).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
    });
  });

  describe('script', () => {
    test('gets arguments and stdin', async () => {
      const source = 'printf "%s|" "$#" "$@"; cat; exit 4';
      expect(await host.script(source, ["it's", '', '$HOME'], { stdin: 'input' })).toMatchObject({
        stdout: "3|it's||$HOME|input",
        code: 4,
      });
    });

    test('takes arguments longer than a command line may be', async () => {
      const long = Array.from({ length: 30_000 }, (_, index) => `job-${index}`);
      expect((await host.script('echo $#', long)).stdout).toBe('30000\n');
    });

    test('reports a syntax error as an exit code', async () => {
      const result = await host.script('if', []);
      expect(result.code).toBe(2);
    });
  });

  describe('files', () => {
    test('are written whole, with mode and parents, and read back in pieces', async () => {
      const path = join(folder, 'deep er', "f'ile");
      await host.writeFile(path, Buffer.from([0, 255, 10, 13, 0]), { mode: 0o640 });
      expect(readFileSync(path)).toEqual(Buffer.from([0, 255, 10, 13, 0]));
      expect(statSync(path).mode & 0o777).toBe(0o640);
      expect(readdirSync(join(folder, 'deep er'))).toEqual(["f'ile"]);
      const chunk = await host.readFrom(path, 1, 2);
      expect(chunk).toEqual({ bytes: Buffer.from([255, 10]), offset: 1, size: 5, inode: String(statSync(path).ino) });
      expect(await host.readFrom(path, 5, 10)).toMatchObject({ bytes: Buffer.alloc(0), offset: 5, size: 5 });
    });

    test('that were cut or replaced are read from the start', async () => {
      const path = join(folder, 'log');
      await host.writeFile(path, 'a long first content');
      const first = await host.readFrom(path, 0, 100);
      await host.writeFile(path, 'short');
      const second = await host.readFrom(path, first.size, 100);
      expect(second).toMatchObject({ bytes: Buffer.from('short'), offset: 0, size: 5 });
      expect(second.inode).not.toBe(first.inode);
    });

    test('that are not there or are folders are told apart', async () => {
      await expect(host.readFrom(join(folder, 'absent'), 0, 10)).rejects.toMatchObject({ code: 'host.no-such-file' });
      await expect(host.readFrom(folder, 0, 10)).rejects.toMatchObject({ code: 'host.command-failed' });
      await expect(host.writeFile(folder, 'x')).rejects.toMatchObject({ code: 'host.command-failed' });
      await expect(host.writeFile('/etc/passwd/no', 'x')).rejects.toThrow(/writing \/etc\/passwd\/no/);
    });

    test('and folders exist or not', async () => {
      const path = join(folder, 'made', 'here');
      expect(await host.exists(path)).toBe(false);
      await host.makeFolder(path);
      await host.makeFolder(path);
      expect(await host.exists(path)).toBe(true);
      await expect(host.exists('relative')).rejects.toMatchObject({ code: 'usage.bad-input' });
    });
  });

  describe('folders', () => {
    test('go there and come back, without what is excluded', async () => {
      const from = mkdtempSync(join(tmpdir(), 'hosts-from-'));
      mkdirSync(join(from, 'sub', '.git'), { recursive: true });
      writeFileSync(join(from, 'sub', '.git', 'HEAD'), 'x');
      writeFileSync(join(from, 'sub', "na'me\n2"), 'content', { mode: 0o755 });
      writeFileSync(join(from, 'a*'), 'star');
      writeFileSync(join(from, 'ab'), 'stays');
      symlinkSync('ab', join(from, 'link'));
      const there = join(folder, 'there');
      await host.uploadFolder(from, there, { exclude: ['.git', 'a*'] });
      await host.uploadFolder(from, there, { exclude: ['.git', 'a*'] });
      expect(readdirSync(there).sort()).toEqual(['ab', 'link', 'sub']);
      expect(readdirSync(join(there, 'sub'))).toEqual(["na'me\n2"]);
      const back = join(from, 'back');
      await host.downloadFolder(there, back);
      expect(readFileSync(join(back, 'link'), 'utf8')).toBe('stays');
      expect(statSync(join(back, 'sub', "na'me\n2")).mode & 0o777).toBe(0o755);
      rmSync(from, { recursive: true });
    });

    test('come without links that lead outside', async () => {
      const there = join(folder, 'tricky');
      mkdirSync(join(there, 'sub'), { recursive: true });
      writeFileSync(join(there, 'kept'), 'kept');
      symlinkSync('/etc/passwd', join(there, 'absolute'));
      symlinkSync('../../../etc', join(there, 'sub', 'up'));
      symlinkSync('../kept', join(there, 'sub', 'fine'));
      symlinkSync('up/passwd', join(there, 'sub', 'chained'));
      const back = join(folder, 'tricky-back');
      await host.downloadFolder(there, back);
      expect(readdirSync(back).sort()).toEqual(['kept', 'sub']);
      expect(readdirSync(join(back, 'sub'))).toEqual(['fine']);
    });

    test('come even while a log in them grows', async () => {
      const there = join(folder, 'growing');
      mkdirSync(there);
      writeFileSync(join(there, 'log'), Buffer.alloc(3_000_000));
      const writer = spawn('sh', ['-c', 'while :; do echo more >> log; done'], { cwd: there, stdio: 'ignore' });
      const back = join(folder, 'growing-back');
      for (let turn = 0; turn < 5; turn += 1) await host.downloadFolder(there, back);
      writer.kill('SIGKILL');
      expect(statSync(join(back, 'log')).size).toBeGreaterThanOrEqual(3_000_000);
    });

    test('that are too large, or not there, leave nothing behind', async () => {
      const there = join(folder, 'large');
      mkdirSync(there);
      writeFileSync(join(there, 'data'), Buffer.alloc(2_000_000));
      const back = join(folder, 'large-back');
      await expect(host.downloadFolder(there, back, { maxBytes: 500_000 })).rejects.toThrow(/more than 500000 bytes/);
      await expect(host.downloadFolder(join(folder, 'absent'), back)).rejects.toThrow(/absent/);
      expect(readdirSync(folder).filter((name) => name.startsWith('large-') || name.startsWith('.part-'))).toEqual([]);
    });
  });

  describe('expand', () => {
    test('knows the home and variables of the host', async () => {
      const home = kind === 'local' ? (process.env['HOME'] ?? '') : sshd.home;
      expect(await host.expand('~/x/')).toBe(`${home}/x`);
      expect(await host.expand('${HOME}//$USER-1')).toMatch(new RegExp(`^${home}/\\w+-1$`));
      expect(await host.expand('/plain')).toBe('/plain');
    });

    test('refuses what a shell would run, and names what is missing', async () => {
      await expect(host.expand('/x/$(id)')).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.expand('/x/`id`')).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.expand('~root/x')).rejects.toMatchObject({ code: 'usage.bad-input' });
      await expect(host.expand('$NO_SUCH_VARIABLE/x')).rejects.toThrow(/NO_SUCH_VARIABLE is not set/);
    });
  });
});
