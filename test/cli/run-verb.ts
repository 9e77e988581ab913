import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Verb } from '../../src/cli/define-verb.ts';

/** Runs a verb as the command line would, in a folder, without input. */
export async function runVerb(verb: Verb, args: string[], cwd: string): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await verb.run(args, { stdin: Readable.from([]), stdout, stderr, cwd });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}
