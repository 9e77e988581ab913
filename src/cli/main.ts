import { loadPlugins } from '../plugins.ts';
import type { Verb } from './define-verb.ts';

const NOT_VERBS = ['define-verb.ts', 'main.ts', 'open-notebook.ts', 'open-repository.ts', 'read-lines.ts'];

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

process.exitCode = await main(process.argv.slice(2));
