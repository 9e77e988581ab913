/** The Host port for this machine. */
import type { Host } from '../../ports.ts';
import { createHostOver } from '../shared/host.ts';
import type { HostLog } from '../shared/transport.ts';
import { createLocalTransport } from './client.ts';
import { selectEnv } from './env.ts';
import { localPathExists, makeLocalFolder, readLocalFile, writeLocalFile } from './files.ts';

export interface LocalHostOptions {
  readonly id: string;
  readonly log?: HostLog | undefined;
  /** The whole environment of commands; without it, what a login would have set and none of the bot's secrets. */
  readonly env?: Readonly<Record<string, string>>;
}

/** This machine as a host. Commands get a chosen part of the bot's environment; files are read and written directly. */
export function createLocalHost(options: LocalHostOptions): Host {
  const transport = createLocalTransport(options.env ?? selectEnv(process.env));
  return {
    ...createHostOver(transport, { id: options.id, log: options.log }),
    readFrom: readLocalFile,
    writeFile: (path, data, writeOptions) => writeLocalFile(path, data, writeOptions?.mode),
    exists: localPathExists,
    makeFolder: makeLocalFolder,
  };
}
