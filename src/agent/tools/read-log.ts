import { z } from 'zod';
import { defineTool, NO_LOG } from '../tool.ts';

const MOST_LINES = 200;

export default defineTool({
  name: 'read-log',
  description:
    'Reads the log of the newest job, or of a watched one, by default its last 80 lines. Lines are numbered as in the file. Use classify for what went wrong.',
  input: z.object({
    from: z.number().int().min(1).optional().describe('first line, 1-based; absent: the end of the log'),
    lines: z.number().int().min(1).max(MOST_LINES).default(80),
    job: z.string().max(60).optional().describe('which of several watched jobs, or which part of one, by its id'),
    containing: z.string().max(200).optional().describe('only lines that contain this text'),
  }),
  run: async ({ readLog }, { from, lines, job, containing }) => {
    const log = await readLog(job);
    if (log === null) return NO_LOG;
    const all = log.split(/\r?\n/).map((text, index) => ({ text: text.slice(-1000), number: index + 1 }));
    const kept = containing === undefined ? all : all.filter((line) => line.text.includes(containing));
    const shown = from === undefined ? kept.slice(-lines) : kept.filter((line) => line.number >= from).slice(0, lines);
    if (shown.length === 0) return { text: 'No such lines.' };
    return { text: `${shown.map((line) => `${line.number}\t${line.text}`).join('\n')}\n[${all.length} lines in all]` };
  },
});
