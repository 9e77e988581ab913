import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'document',
  description:
    'Reads a document of this run as people see it: REPO_MAP.md, ENV.md, PATCHES.md, SUMMARY.md. Without a name it lists them. The facts behind the first two, with more places, come from map and deps.',
  input: z.object({
    name: z.string().max(200).optional(),
    heading: z.string().max(200).optional().describe('only the section under this heading'),
  }),
  run: async ({ readState }, { name, heading }) => {
    const { documents } = await readState();
    const names = Object.keys(documents).sort();
    if (name === undefined) return { text: names.join('\n') || 'There are none yet.' };
    const text = documents[name];
    if (text === undefined) return { text: `There is no ${name}. There are: ${names.join(', ')}`, failed: true };
    const part = heading === undefined ? text : findSection(text, heading);
    if (part === null) return { text: `${name} has no heading “${heading ?? ''}”.`, failed: true };
    return { text: cutOutput(part, 'ask for one heading') };
  },
});

function findSection(text: string, heading: string): string | null {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.toLowerCase().includes(heading.toLowerCase()));
  if (start < 0) return null;
  const depth = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 1;
  const end = lines.findIndex((line, index) => index > start && (/^#+(?= )/.exec(line)?.[0].length ?? 99) <= depth);
  return lines.slice(start, end < 0 ? undefined : end).join('\n');
}
