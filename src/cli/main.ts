import { constants } from 'node:os';
import { loadPlugins } from '../plugins.ts';
import type { Verb } from './define-verb.ts';

const NOT_VERBS = ['define-verb.ts', 'main.ts', 'open-repository.ts', 'read-lines.ts', 'read-spec.ts'];

const load = (only?: string) => loadPlugins<Verb>(new URL('./', import.meta.url), 'name', NOT_VERBS, only);

/** Finds the verb and runs it; without one, lists them. */
async function main(words: readonly string[]): Promise<number> {
  const [name, ...args] = words;
  // The verbs that were not asked for would take time and memory, too.
  const [verb] = name === undefined ? [] : await load(name);
  const io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, cwd: process.cwd() };
  if (verb !== undefined && !args.includes('--help')) return verb.run(args, io);
  if (verb !== undefined) {
    process.stdout.write(`usage: reprobot ${verb.usage}\n${verb.summary}\n`);
    return 0;
  }
  const wanted = name === undefined || ['help', '--help', '-h'].includes(name);
  if (!wanted) process.stderr.write(`reprobot: there is no verb “${name}”.\n`);
  const lines = (await load()).map((item) => `  ${item.usage.padEnd(64)} ${item.summary}`);
  (wanted ? process.stdout : process.stderr).write(`usage: reprobot <verb> …\n${lines.join('\n')}\n`);
  return wanted ? 0 : 2;
}

/**
 * Whoever reads the output may leave first, as `head` does: then nothing more is said, and the verb ends as if SIGPIPE had ended it. Verbs that
 * have started other processes end those first, as they do on SIGTERM.
 */
function endWithReader(): void {
  let isGone = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (isGone || stream === process.stderr) return;
      isGone = true;
      if (process.listenerCount('SIGTERM') === 0) process.exit(128 + constants.signals.SIGPIPE);
      process.kill(process.pid, 'SIGTERM');
    });
}

endWithReader();
process.exitCode = await main(process.argv.slice(2));
