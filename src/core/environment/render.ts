import { showPlaces } from '../placeholders.ts';
import { quoteWord } from '../repo-map/entries.ts';
import { showText } from '../show-text.ts';
import type { EnvPlan, PlannedPackage } from './schema.ts';

const ORDER: readonly PlannedPackage['how'][] = ['unavailable', 'no-op', 'apt', 'pip', 'present', 'left-out'];
const WORDS: Readonly<Record<PlannedPackage['how'], string>> = {
  unavailable: '**cannot be had**',
  'no-op': 'stand-in that does nothing',
  apt: 'apt installs it',
  pip: 'pip installs it',
  present: 'already there',
  'left-out': 'left out',
};

/** ENV.md: what will be missing first, then every package, then the exact commands. */
export function renderEnvPlan(plan: EnvPlan): string {
  const packages = [...plan.packages].sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how));
  const parts = [
    `# Environment on ${plan.site}`,
    `Strategy \`${plan.strategy}\`, made from \`${plan.basePython.path}\` (Python ${plan.basePython.version}); the run uses \`${plan.python}\`. \`{run}\` is the run's folder.`,
    plan.gaps.length === 0 ? null : `## Gaps\n\n${plan.gaps.map((gap) => `- ${gap}`).join('\n')}`,
    '## Packages',
    packages.length === 0 ? "None: Python's standard library is enough." : renderPackages(packages),
    plan.overrides.length === 0
      ? null
      : `## Differences from what the repository asks for\n\n${plan.overrides.map((item) => `- ${item.what}: ${item.why}.`).join('\n')}`,
    '## Commands, in order',
    renderCommands(plan),
    renderVariables(plan.env),
    '## Files written first',
    plan.files.map((file) => `- \`${file.path}\`: ${file.why}`).join('\n'),
  ];
  return showText(`${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`);
}

function renderPackages(packages: readonly PlannedPackage[]): string {
  const rows = packages.map(
    (item) =>
      `| \`${item.name}\` | ${item.specifier === '' ? 'any' : `\`${item.specifier}\``} | ${item.version === null ? '' : `\`${item.version}\``} | ${WORDS[item.how]} | ${item.why} |`,
  );
  return ['| Package | Wanted | Version | What happens | Why |', '|---|---|---|---|---|', ...rows].join('\n');
}

function renderCommands(plan: EnvPlan): string {
  const lines = [...plan.commands, plan.verify].flatMap((command) => [
    `# ${command.why}${command.readOnly ? ' (changes nothing)' : ''}`,
    command.argv.map(quoteForDisplay).join(' '),
  ]);
  return ['```sh', ...lines, '```'].join('\n');
}

/** `{run}` is a place for a path; quoting it would only be noise. */
function quoteForDisplay(word: string): string {
  return quoteWord(word.replaceAll('{run}', 'RUN')) === word.replaceAll('{run}', 'RUN') ? word : quoteWord(word);
}

function renderVariables(env: Readonly<Record<string, string>>): string | null {
  const names = Object.entries(env);
  return names.length === 0 ? null : `## Variables\n\n${names.map(([name, value]) => `- \`${name}=${showPlaces(value)}\``).join('\n')}`;
}
