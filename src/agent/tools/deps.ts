import { z } from 'zod';
import { cutOutput } from '../../core/agent-session/cut-output.ts';
import type { EnvPlan } from '../../core/environment/schema.ts';
import { defineTool } from '../tool.ts';

const SECTIONS = {
  packages: ({ packages }) => packages,
  lines: ({ lines, basePython, strategy, basis }) => ({ lines, basePython, strategy, basis }),
  conflicts: ({ conflicts = [], overrides, gaps }) => ({ conflicts, overrides, gaps }),
  versions: ({ versions = [] }) => versions,
  commands: ({ commands, verify, files }) => ({ commands, verify, files: files.map(({ path, why }) => ({ path, why })) }),
} satisfies Record<string, (plan: EnvPlan) => unknown>;

export default defineTool({
  name: 'deps',
  description:
    'One section of the environment plan of this run as rules made it: each package with how it comes, its version, and the rule that decided it; what the site gives; conflicts and gaps; where versions come from; the commands.',
  input: z.object({
    section: z.enum(Object.keys(SECTIONS) as [keyof typeof SECTIONS, ...(keyof typeof SECTIONS)[]]),
    package: z.string().max(100).optional().describe('with packages: only those whose name holds this'),
  }),
  run: async ({ readState }, { section, package: wanted }) => {
    const { env } = await readState();
    if (env === null) return { text: 'No environment was planned yet.', failed: true };
    const found: unknown = SECTIONS[section](env.plan);
    const packages = wanted === undefined ? null : env.plan.packages.filter(({ name }) => name.includes(wanted.toLowerCase()));
    const shown = section === 'packages' ? { packages: packages ?? found, verified: env.built } : found;
    return { text: cutOutput(JSON.stringify(shown, null, 1), 'name a package') };
  },
});
