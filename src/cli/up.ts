import { parseArgs } from 'node:util';
import { startStack } from '../embedded/stack.ts';
import { defineVerb } from './define-verb.ts';

export default defineVerb({
  name: 'up',
  usage: 'up [--port N] [--folder DIR] [--watch]',
  summary: 'starts everything on this machine (what `npm start` does) and prints the page to open',
  run: async (args, io) => {
    const { values } = parseArgs({ args, options: { port: { type: 'string' }, folder: { type: 'string' }, watch: { type: 'boolean' } } });
    const startedAt = Date.now();
    const say = (line: string): void => void io.stderr.write(`${line}\n`);
    const stack = await startStack({
      say,
      ...(values.port === undefined ? {} : { port: Number(values.port) }),
      ...(values.folder === undefined ? {} : { folder: values.folder }),
      watch: values.watch ?? false,
    }).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
      return null;
    });
    if (stack === null) return 2;
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
    const where =
      stack.consoleUrl === null
        ? 'Connected to your Slack; type /hpc help there.'
        : `Open ${stack.consoleUrl} and type /hpc reproduce <git-url> in #research.`;
    io.stdout.write(`Reprobot is up after ${seconds} s.\n${where}\nLogs: ${stack.folder}/logs. Ctrl-C stops everything.\n`);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    });
    say('Stopping …');
    await stack.stop();
    return 0;
  },
});
