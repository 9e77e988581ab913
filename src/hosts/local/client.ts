/** Commands on this machine as child processes, each in a process group of its own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { BOOT } from '../shared/program.ts';
import type { Channel, ChannelEnd, Transport } from '../shared/transport.ts';

/** A transport whose channels are child processes with `env` as their whole environment. */
export function createLocalTransport(env: Readonly<Record<string, string>>): Transport {
  const open = new Set<Channel>();
  return {
    carriesStatus: true,
    open: () => {
      const channel = startChannel(env);
      open.add(channel);
      void channel.ended.then(() => open.delete(channel));
      return Promise.resolve(channel);
    },
    close: async () => {
      for (const channel of open) channel.signal('KILL');
      await Promise.all([...open].map((channel) => channel.ended));
    },
  };
}

function startChannel(env: Readonly<Record<string, string>>): Channel {
  // In the home folder, as a login would.
  const home = env['HOME'] ?? '/';
  const cwd = existsSync(home) ? home : '/';
  const child = spawn('/bin/sh', ['-c', BOOT], { env: { ...env }, cwd, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<ChannelEnd>((resolve) => {
    child.once('error', (lost) => resolve({ code: null, signal: null, lost }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    openKiller: () => Promise.resolve(startChannel(env)),
    signal: (name) => signalGroup(child.pid, name),
    destroy: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function signalGroup(pid: number | undefined, name: 'TERM' | 'KILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, `SIG${name}`);
  } catch {
    // The group is gone already.
  }
}
