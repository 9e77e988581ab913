/** The Host port over the system's ssh and one control master. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectGate } from '../shared/connect-gate.ts';
import { createHostOver } from '../shared/host.ts';
import { createLink } from '../shared/link.ts';
import type { SshHost, SshHostOptions } from '../shared/ssh-host.ts';
import { connectOpenssh } from './client.ts';
import { buildTargetArgs } from './command.ts';

// A socket's path has 107 bytes, of which ssh takes 17 for itself while it makes the socket and we take 9 for the name.
const LONGEST_FOLDER = 80;

/** A cluster reached with the system's ssh: all of ~/.ssh/config holds, certificates and jump hosts included. */
export function createOpensshHost(options: SshHostOptions): SshHost {
  buildTargetArgs(options);
  let folder: Promise<{ path: string; isOurs: boolean }> | undefined;
  const link = createLink({
    hostId: options.id,
    maxSessions: options.maxSessions,
    carriesStatus: false,
    log: options.log,
    gate: new ConnectGate({ now: options.now ?? Date.now, asksPerson: options.askSecret !== undefined }),
    connect: async (signal) => {
      folder ??= prepareFolder(options.controlFolder);
      const { path } = await folder;
      return connectOpenssh(options, path, signal);
    },
  });
  return {
    ...createHostOver(link, { id: options.id, log: options.log }),
    connect: () => link.connect(),
    close: async () => {
      await link.close();
      const used = await folder;
      if (used?.isOurs === true) await rm(used.path, { recursive: true, force: true });
    },
  };
}

async function prepareFolder(wanted: string | undefined): Promise<{ path: string; isOurs: boolean }> {
  if (wanted !== undefined && Buffer.byteLength(wanted) <= LONGEST_FOLDER) {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    await chmod(wanted, 0o700);
    return { path: wanted, isOurs: false };
  }
  const base = Buffer.byteLength(tmpdir()) <= LONGEST_FOLDER - 20 ? tmpdir() : '/tmp';
  return { path: await mkdtemp(join(base, 'reprobot-')), isOurs: true };
}
