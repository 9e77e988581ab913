import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import type { RepoMap } from '../../core/repo-map/schema.ts';
import { defineTool } from '../tool.ts';

const SECTIONS = {
  commands: ({ entries }) =>
    entries.map(({ command, cwd, kind, launcher, score, evidence }) => ({ command, cwd, kind, launcher, score, evidence })),
  arguments: ({ entries }) =>
    entries.map(({ command, arguments: given, constants = [] }) => ({
      command,
      arguments: given.map(({ name, type, default: value, role, help, evidence }) => ({
        name,
        type,
        default: value,
        role,
        help,
        evidence,
      })),
      constants,
    })),
  imports: ({ entries, importRoots, importGraph }) => ({
    roots: importRoots,
    needs: entries.map(({ command, needs = [] }) => ({ command, needs })),
    graph: importGraph,
  }),
  dependencies: ({ dependencies }) => dependencies,
  assets: ({ assets }) => assets,
  claims: ({ claims }) => claims,
  hardware: ({ hardware, versions }) => ({ ...hardware, versions }),
  configs: ({ configs }) => configs,
  modules: ({ modules, keyFiles }) => ({ keyFiles, modules }),
  flags: ({ redFlags, findings, gaps, warnings }) => ({ redFlags, findings, gaps, warnings }),
} satisfies Record<string, (map: RepoMap) => unknown>;

export default defineTool({
  name: 'map',
  description:
    'One section of the map of the repository as parsers made it, whole and with every place (file, line): more than REPO_MAP.md has room for.',
  input: z.object({
    section: z.enum(Object.keys(SECTIONS) as [keyof typeof SECTIONS, ...(keyof typeof SECTIONS)[]]),
    containing: z.string().max(200).optional().describe('only items that hold this text, such as a command, a file or a package'),
  }),
  run: async ({ readMap }, { section, containing }) => {
    const found: unknown = SECTIONS[section](await readMap());
    const kept = containing === undefined ? found : keepItems(found, containing);
    return { text: cutOutput(JSON.stringify(kept, null, 1), 'give “containing”') };
  },
});

/** The items of a list, or of the lists in an object, that hold a text. */
export function keepItems(value: unknown, text: string): unknown {
  if (Array.isArray(value)) return value.filter((item) => JSON.stringify(item).includes(text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, Array.isArray(part) ? keepItems(part, text) : part]));
}
