import { z } from 'zod';
import { resolveInside } from '../confine.ts';
import { defineTool } from '../tool.ts';

const MOST_LINES = 120;

export default defineTool({
  name: 'grep',
  description: 'Searches the text files of the repository for an extended regular expression; answers file:line:text.',
  input: z.object({
    pattern: z.string().min(1).max(300),
    path: z.string().max(500).default('').describe('file or folder to search, relative to the root'),
    files: z.string().max(100).optional().describe('glob for file names, such as *.py'),
    ignoreCase: z.boolean().default(false),
  }),
  run: async ({ repo, signal }, { pattern, path, files, ignoreCase }) => {
    const found = await resolveInside(repo.host, repo.folder, path);
    if ('refusal' in found) return found.refusal;
    const options = [
      '-rnIE',
      '--exclude-dir=.git',
      '-m',
      '40',
      ...(ignoreCase ? ['-i'] : []),
      ...(files === undefined ? [] : [`--include=${files}`]),
    ];
    // -r follows no links within a folder.
    const argv = ['grep', ...options, '-e', pattern, '--', found.relative];
    const result = await repo.host.exec(argv, { cwd: found.root, signal, timeoutMs: 20_000 });
    if (result.code === 1) return { text: 'No line matches.' };
    if (result.code !== 0) return { text: `grep: ${result.timedOut ? 'it took too long' : result.stderr.trim()}`, failed: true };
    const lines = result.stdout.split('\n').filter((line) => line !== '');
    const more = lines.length > MOST_LINES ? `\n[${lines.length - MOST_LINES} more lines; narrow the search]` : '';
    const shown = lines.slice(0, MOST_LINES).map((line) => line.replace(/^\.\//, '').slice(0, 400));
    return { text: `${shown.join('\n')}${more}` };
  },
});
