import { z } from 'zod';
import { resolveInside } from '../confine.ts';
import { defineTool } from '../tool.ts';

const MOST = 400;

export default defineTool({
  name: 'list',
  description: 'Lists files and folders of the repository below a folder, two levels deep unless told.',
  input: z.object({
    path: z.string().max(500).default('').describe('relative to the root of the repository; empty for the root'),
    depth: z.number().int().min(1).max(6).default(2),
  }),
  run: async ({ repo, signal }, { path, depth }) => {
    const found = await resolveInside(repo.host, repo.folder, path);
    if ('refusal' in found) return found.refusal;
    const argv = ['find', '.', '-mindepth', '1', '-maxdepth', String(depth), '-name', '.git', '-prune', '-o', '-print'];
    const { stdout } = await repo.host.exec(argv, { cwd: found.path, signal });
    const paths = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^\.\//, ''))
      .sort();
    const more = paths.length > MOST ? `\n[${paths.length - MOST} more; list a folder of it]` : '';
    return { text: `${paths.slice(0, MOST).join('\n')}${more}` };
  },
});
