import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import { defineTool } from '../tool.ts';

export default defineTool({
  name: 'document',
  description:
    'Reads a document of this run: REPO_MAP.md (the map), ENV.md (the environment plan), PATCHES.md, SUMMARY.md. Without a name it lists them.',
  input: z.object({
    name: z.string().max(200).optional(),
    heading: z.string().max(200).optional().describe('only the section under this heading'),
  }),
  run: ({ state }, { name, heading }) => {
    const names = Object.keys(state.documents).sort();
    if (name === undefined) return Promise.resolve({ text: names.join('\n') || 'There are none yet.' });
    const text = state.documents[name];
    if (text === undefined) return Promise.resolve({ text: `There is no ${name}. There are: ${names.join(', ')}`, failed: true });
    const part = heading === undefined ? text : findSection(text, heading);
    if (part === null) return Promise.resolve({ text: `${name} has no heading “${heading ?? ''}”.`, failed: true });
    return Promise.resolve({ text: cutOutput(part, 'ask for one heading') });
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
