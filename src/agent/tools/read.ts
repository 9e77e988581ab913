import { z } from 'zod';
import { resolveInside } from '../confine.ts';
import { defineTool } from '../tool.ts';

const MOST_BYTES = 400_000;
const MOST_LINES = 400;

export default defineTool({
  name: 'read',
  description: `Reads a text file of the repository, with line numbers. At most ${MOST_LINES} lines a call: give "from" to go on.`,
  input: z.object({
    path: z.string().min(1).max(500).describe('relative to the root of the repository'),
    from: z.number().int().min(1).default(1).describe('first line, 1-based'),
    lines: z.number().int().min(1).max(MOST_LINES).default(200),
  }),
  run: async ({ repo }, { path, from, lines }) => {
    const found = await resolveInside(repo.host, repo.folder, path);
    if ('refusal' in found) return found.refusal;
    const chunk = await repo.host.readFrom(found.path, 0, MOST_BYTES);
    const text = Buffer.from(chunk.bytes).toString('utf8');
    if (text.includes('\0')) return { text: `${path} is no text file (${chunk.size} bytes).`, failed: true };
    const all = text.split('\n');
    const shown = all.slice(from - 1, from - 1 + lines).map((line, index) => `${from + index}\t${line.slice(0, 1000)}`);
    const rest = all.length - (from - 1 + shown.length);
    const more = chunk.size > chunk.bytes.byteLength ? `; the file goes on after ${MOST_BYTES} bytes` : '';
    return { text: `${shown.join('\n')}${rest > 0 ? `\n[${rest} more lines${more}]` : more}` };
  },
});
