/** The Host port over any transport: what ssh2, openssh and (for commands) this machine have in common. */
import type { ExecOptions, ExecResult, Host } from '../../ports.ts';
import { createExpander } from './expand.ts';
import { pathExists, makeRemoteFolder, readRemoteFile, writeRemoteFile } from './files.ts';
import { downloadTree, uploadTree } from './folders.ts';
import type { Payload } from './program.ts';
import { runProgram, type RunRequest, type RunResult } from './run.ts';
import type { HostLog, Transport } from './transport.ts';

/** What the verbs of a host are made with. */
export interface HostContext {
  readonly id: string;
  /** Runs one program of ours and returns its bytes. */
  readonly run: (request: RunRequest) => Promise<RunResult>;
  readonly log: HostLog | undefined;
}

/** A host whose every verb is a program run over `transport`. A command is over when nothing holds its output any more: one that leaves
 *  something running behind it must send that one's output elsewhere. */
export function createHostOver(transport: Transport, options: { readonly id: string; readonly log?: HostLog | undefined }): Host {
  const context: HostContext = { id: options.id, log: options.log, run: (request) => runProgram(transport, request) };
  return {
    id: options.id,
    exec: (argv, execOptions) => runText(context, `running ${argv[0] ?? 'nothing'}`, { kind: 'argv', argv }, execOptions),
    script: (source, args, execOptions) => runText(context, 'running a script', { kind: 'script', source, args }, execOptions),
    readFrom: (path, offset, maxBytes) => readRemoteFile(context, path, offset, maxBytes),
    writeFile: (path, data, writeOptions) => writeRemoteFile(context, path, data, writeOptions?.mode),
    exists: (path) => pathExists(context, path),
    makeFolder: (path) => makeRemoteFolder(context, path),
    uploadFolder: (localPath, path, uploadOptions) => uploadTree(context, localPath, path, uploadOptions ?? {}),
    downloadFolder: (path, localPath, downloadOptions) => downloadTree(context, path, localPath, downloadOptions ?? {}),
    expand: createExpander(context),
    close: () => transport.close(),
  };
}

async function runText(context: HostContext, verb: string, payload: Payload, options: ExecOptions = {}): Promise<ExecResult> {
  const { onOutput } = options;
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const result = await context.run({
    doing: `${verb} on ${context.id}`,
    payload,
    ...options,
    onBytes:
      onOutput === undefined
        ? undefined
        : (stream, bytes) => {
            // A character can be split between two pieces; the decoder waits for its rest.
            const text = decoders[stream].decode(bytes, { stream: true });
            if (text !== '') onOutput(stream, text);
          },
  });
  return { ...result, stdout: decodeText(result.stdout), stderr: decodeText(result.stderr) };
}

// Not TextDecoder, which would drop a byte-order mark that the command wrote.
function decodeText(bytes: Buffer): string {
  return bytes.toString('utf8');
}
