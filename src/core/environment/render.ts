import { quoteWord } from '../repo-map/commands/shell-words.ts';
import { cell } from '../repo-map/render/render-text.ts';
import { showText } from '../show-text.ts';
import type { SiteProfile } from '../site.ts';
import { renderActivation } from './build-script.ts';
import { listDifferences } from './compare.ts';
import type { PatchPlan } from './patches.ts';
import { listPlaces } from './render-patches.ts';
import type { EnvPlan, PlannedPackage } from './schema.ts';
import { describeStatus } from './status.ts';
import { strategyOf } from './strategies/index.ts';
import { showExtras } from './wanted.ts';

const ORDER: readonly PlannedPackage['how'][] = ['unavailable', 'no-op', 'replaced', 'source', 'apt', 'pip', 'present', 'left-out'];
const WORDS: Readonly<Record<PlannedPackage['how'], string>> = {
  unavailable: '**cannot be had**',
  'no-op': 'stand-in that does nothing',
  replaced: 'replaced',
  source: 'built from source',
  apt: 'apt installs it',
  pip: 'pip installs it',
  present: 'already there',
  'left-out': 'left out',
};

export interface RenderContext {
  readonly site: SiteProfile;
  /** Plans for the same entry elsewhere. */
  readonly others?: readonly EnvPlan[];
  /** What the sample changes in its copy of the repository, and what it leaves. */
  readonly patches?: PatchPlan;
}

/** ENV.md: what will be missing first, then every package with its rule, then the exact commands and how to use what they make. */
export function renderEnvPlan(plan: EnvPlan, context?: RenderContext): string {
  const packages = [...plan.packages].sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how));
  const list = (title: string, lines: readonly string[]): string | null =>
    lines.length === 0 ? null : `## ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
  const parts = [
    `# Environment on ${plan.site}`,
    `**${describeStatus(plan)}**`,
    `Strategy \`${plan.strategy}\`${describeStrategy(plan)}, made from \`${plan.basePython.path}\` (Python ${plan.basePython.version}); the run uses \`${plan.python}\`. \`{run}\` is the run's folder.`,
    plan.basis === 'profile'
      ? `Planned from the profile of ${plan.site} alone: nothing was looked at there, so versions and paths may have moved on.`
      : null,
    renderLines(plan),
    list('Gaps', plan.gaps),
    list('Conflicts', plan.conflicts ?? []),
    '## Packages',
    packages.length === 0 ? "None: Python's standard library is enough." : renderPackages(packages),
    list(
      'Differences from what the repository asks for',
      plan.overrides.map((item) => `${item.what}: ${item.why}.`),
    ),
    list('Places tied to one machine', context?.patches === undefined ? [] : listPlaces(context.patches)),
    list('Where versions come from', plan.versions ?? []),
    context === undefined ? null : renderSite(context.site),
    '## Commands, in order',
    renderCommands(plan),
    renderUndo(plan),
    '## Files written first',
    plan.files.map((file) => `- \`${file.path}\`: ${file.why}`).join('\n'),
    '## Activation',
    ['```sh', 'run=/path/of/the/run', ...renderActivation(plan), '```'].join('\n'),
    '## Verification',
    `The last command imports what is needed. On a node with a GPU, \`${verifyWords(plan)} --gpu --own {run}/repo\` also wants a GPU that the framework can use and imports the repository's own modules.`,
    list('Good to know here', context === undefined ? [] : listNotes(context.site)),
    list('What would differ on another site', listDifferences(plan, context?.others ?? [])),
  ];
  return showText(`${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`);
}

function describeStrategy(plan: EnvPlan): string {
  const about = strategyOf(plan.strategy)?.about;
  return about === undefined ? '' : ` (${about})`;
}

function renderLines({ lines }: EnvPlan): string | null {
  if (lines === undefined) return null;
  const { python, torch } = lines;
  const build = torch.build === null ? '' : `, build \`${torch.build}\``;
  return [
    '| Line | Chosen | Why |',
    '|---|---|---|',
    `| Python | \`${python.version}\` | ${cell(python.why)} |`,
    `| torch | ${torch.version === null || torch.version === '' ? 'any' : `\`${torch.version}\``}${build} | ${cell(torch.why)} |`,
  ].join('\n');
}

function renderPackages(all: readonly PlannedPackage[]): string {
  const packages = all.filter((item) => !isUnused(item));
  const rows = packages.map((item) => {
    const specifier = item.url ?? item.specifier.trim();
    const what = item.replacement === undefined ? WORDS[item.how] : `${WORDS[item.how]} by \`${item.replacement}\``;
    const rule = item.rule === undefined || item.rule === null ? '' : `\`${item.rule.id}\`, ${cell(item.rule.source)}`;
    return `| \`${showExtras(item.name, item.extras)}\` | ${specifier === '' ? 'any' : `\`${specifier}\``} | ${item.version === null ? '' : `\`${item.version}\``} | ${what} | ${cell(item.why)} | ${rule} |`;
  });
  const head = ['| Package | Wanted | Version | What happens | Why | Rule and its source |', '|---|---|---|---|---|---|'];
  const unused = all.filter(isUnused);
  const names = unused.map((item) => `\`${item.name}${item.specifier.trim()}\``).join(', ');
  const left = unused.length === 0 ? [] : [`Left out, because ${cell(unused[0]?.why ?? '')} (\`${NOT_IMPORTED}\`): ${names}.`];
  return [...(rows.length === 0 ? [] : [[...head, ...rows].join('\n')]), ...left].join('\n\n');
}

const NOT_IMPORTED = 'code/not-imported';

/** A row of its own would say the same of each. */
function isUnused(item: PlannedPackage): boolean {
  return item.how === 'left-out' && item.rule?.id === NOT_IMPORTED;
}

/** Container, modules and overlays, as the profile has them. */
function renderSite(site: SiteProfile): string | null {
  const { container, modules } = site.packages;
  const overlays: Record<string, string> = {
    overlay: '`{run}/overlay.img`, read-only while a job runs',
    'squashfs-venv': '`{run}/env.sqsh`, mounted at `/user-software`',
  };
  const lines = [
    ...(container?.images ?? []).map((image) => `- Container (\`${container?.command ?? ''}\`): \`${image.path}\` – ${image.about}`),
    ...(site.slurm?.prelude ?? []).map((text) => `- Before everything: \`${text}\``),
    ...modules.map((name) => `- Module: \`module load ${name}\``),
    ...(overlays[site.packages.strategy] === undefined ? [] : [`- Overlay: ${overlays[site.packages.strategy] ?? ''}`]),
  ];
  return lines.length === 0 ? null : `## Container, modules, overlays\n\n${lines.join('\n')}`;
}

function listNotes(site: SiteProfile): string[] {
  const { internet, storage, packages } = site;
  const { inodeBudget, purgeDays } = storage;
  return [
    ...storage.notes,
    ...(inodeBudget === undefined ? [] : [`At most ${inodeBudget} files fit.`]),
    ...(purgeDays === undefined ? [] : [`Files that nobody touches go after ${purgeDays} days.`]),
    ...(packages.noBareInstalls === undefined ? [] : [`No bare pip or conda: ${packages.noBareInstalls}.`]),
    ...(packages.installOn === 'compute' ? ['pip runs on a compute node, never on a login node.'] : []),
    ...(internet.compute ? [] : ['Compute nodes have no internet: fetch data and weights on the login node first.']),
    ...(internet.proxy === undefined ? [] : [`The way out is a proxy: ${internet.proxy}`]),
    ...(site.arch.login === site.arch.compute ? [] : [`Login nodes are ${site.arch.login}, compute nodes ${site.arch.compute}.`]),
    ...(site.verified === 'used' ? [] : ['The profile is written from the site’s documentation and was not tried by us.']),
  ];
}

function renderCommands(plan: EnvPlan): string {
  return renderSteps([...plan.commands, plan.verify]);
}

function renderUndo({ undo = [] }: EnvPlan): string | null {
  return undo.length === 0 ? null : `If one of them fails, the build is taken back:\n\n${renderSteps(undo)}`;
}

function renderSteps(steps: EnvPlan['commands']): string {
  const lines = steps.flatMap((command) => [
    `# ${command.why}${command.readOnly ? ' (changes nothing)' : ''}`,
    command.argv.map(quoteForDisplay).join(' '),
  ]);
  return ['```sh', ...lines, '```'].join('\n');
}

function verifyWords(plan: EnvPlan): string {
  return plan.verify.argv.map(quoteForDisplay).join(' ');
}

/** `{run}` is a place for a path; quoting it would only be noise. */
function quoteForDisplay(word: string): string {
  return quoteWord(word.replaceAll('{run}', 'RUN')) === word.replaceAll('{run}', 'RUN') ? word : quoteWord(word);
}
