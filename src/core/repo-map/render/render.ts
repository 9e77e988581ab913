import { showText } from '../../show-text.ts';
import { HARD_PATHS } from '../hardware/signals.ts';
import type { Asset, Claim, Dependency, Entry, RepoMap } from '../schema.ts';
import { drawParts } from './render-picture.ts';
import { cell, codeBlock, count, escape, quoteEvidence, showPlace, showSize, table } from './render-text.ts';

const MAX_ROWS = 12;

/** REPO_MAP.md: what a person wants to know first comes first, and every statement says where it was read. */
export function renderRepoMap(map: RepoMap): string {
  const place = map.subfolder === '' ? '' : ` / ${map.subfolder}`;
  const parts = [
    `# ${escape(map.name)}${escape(place)}`,
    map.about === '' ? null : `> ${escape(map.about)}`,
    renderFacts(map),
    '## Commands',
    renderEntries(map.entries),
    renderArguments(map.entries[0]),
    '## Hardware',
    renderHardware(map),
    section('How the parts work together', drawParts(map)),
    '## Dependencies',
    renderDependencies(map.dependencies),
    renderVersions(map),
    renderRoots(map),
    '## Data and weights',
    renderAssets(map.assets),
    section('What it claims', renderClaims(map.claims)),
    section('Files that matter most', list(map.keyFiles.map((item) => `\`${cell(item.file)}\`: ${escape(item.why)}`))),
    section('Tied to a machine or an account', renderFindings(map)),
    '## Red flags',
    renderFlags(map),
    section('What could not be told', list(map.gaps.map((gap) => `**${escape(gap.what)}**: ${escape(gap.why)}`))),
    section('Not read as it should be', renderWarnings(map)),
    '## Read first',
    map.documents.length === 0 ? 'No documents.' : list(map.documents.map((item) => `\`${cell(item.file)}\`: ${escape(item.why)}`)),
  ];
  return showText(`${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`);
}

function section(title: string, body: string | null): string | null {
  return body === null || body === '' ? null : `## ${title}\n\n${body}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

function renderFacts(map: RepoMap): string {
  const date = map.committedAt === null ? '' : ` of ${map.committedAt.slice(0, 10)}`;
  const commit = map.commit === null ? '' : `commit \`${map.commit.slice(0, 12)}\`${date} · `;
  const { total, python, notebooks, bytes } = map.files;
  const frameworks = map.frameworks.length === 0 ? '' : ` · ${map.frameworks.slice(0, 6).join(', ')}`;
  const tests = map.findings.find((finding) => finding.kind === 'tests');
  const tested = tests === undefined ? '' : ` · ${tests.what}`;
  const files = `${count(total, 'file')} (${String(python)} Python, ${count(notebooks, 'notebook')}), ${showSize(bytes)}`;
  return `${commit}${files} · licence ${escape(map.license ?? 'not stated')}${tested}${frameworks}`;
}

function renderEntries(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'Nothing was found that can be started.';
  const rows = entries
    .slice(0, MAX_ROWS)
    .map((entry) => [
      `\`${cell(entry.command, 160)}\``,
      entry.cwd === '' ? '.' : cell(entry.cwd),
      entry.kind,
      showPlace(entry.evidence[0]),
    ]);
  const more = entries.length > MAX_ROWS ? `\n\n… and ${String(entries.length - MAX_ROWS)} more.` : '';
  const [best] = entries;
  const whole =
    best !== undefined && best.command.length > 160 ? `\n\nThe first in full:\n\n${codeBlock('sh', [best.command.slice(0, 4000)])}` : '';
  return table(['Command', 'In folder', 'Does', 'Read at'], rows) + more + whole + renderReasons(best);
}

/** Why the first command stands first: what speaks most for it, and what against it. */
function renderReasons(best: Entry | undefined): string {
  const reasons = best?.reasons ?? [];
  const list = (isFor: boolean, most: number): string =>
    reasons
      .filter(({ points }) => points > 0 === isFor)
      .slice(0, most)
      .map(({ says }) => says)
      .join('; ');
  const [pro, contra] = [list(true, 4), list(false, 2)];
  if (pro === '') return '';
  return `\n\nWhy the first stands first: ${pro}.${contra === '' ? '' : ` Against it: ${contra}.`}`;
}

function renderArguments(entry: Entry | undefined): string | null {
  const shown = entry?.arguments.filter((argument) => argument.role !== 'other' || argument.required) ?? [];
  if (entry === undefined || (shown.length === 0 && (entry.constants ?? []).length === 0)) return null;
  const rows = shown
    .slice(0, 20)
    .map((argument) => [
      `\`${cell(argument.name)}\``,
      argument.required ? '**required**' : argument.role,
      argument.default === null || argument.default === '' ? '' : `\`${cell(argument.default, 80)}\``,
      showPlace(argument.evidence),
    ]);
  const isSet = shown.some((argument) => argument.role === 'steps' || argument.role === 'epochs');
  const constants = (isSet ? [] : (entry.constants ?? []))
    .slice(0, 8)
    .map((item) => [`\`${cell(item.name)}\` (in the source)`, item.role, `\`${cell(item.value)}\``, showPlace(item.evidence)]);
  const hidden = entry.arguments.length - Math.min(shown.length, 20);
  const rest = hidden > 0 ? `\n\n${count(hidden, 'further argument')} not shown.` : '';
  return `### What bounds \`${cell(entry.command, 120)}\`\n\n${table(['Argument', 'Sets', 'Default', 'Read at'], [...rows, ...constants])}${rest}`;
}

function renderHardware({ hardware }: RepoMap): string {
  const head = `**${hardware.class}**${hardware.needsGpu ? ', does not run without a GPU' : ''}: ${hardware.reasons.map(escape).join('; ')}.`;
  const facts = [
    hardware.gpus !== null && hardware.gpus > 1 ? `${count(hardware.gpus, 'GPU')} in the documented run` : null,
    hardware.nodes !== null && hardware.nodes > 1 ? count(hardware.nodes, 'node') : null,
    hardware.backend === null ? null : `processes talk over ${escape(hardware.backend)}`,
    hardware.devices.length === 0 ? null : `documents name ${hardware.devices.map(escape).join(', ')}`,
    hardware.extensions.length === 0 ? null : `compiles code of its own (${showPlace(hardware.extensions[0])})`,
  ].filter((fact) => fact !== null);
  const memory = hardware.memory.slice(0, 3).map((item) => `- memory: ${quoteEvidence(item)}`);
  return [head, facts.length === 0 ? null : `${facts.join(' · ')}.`, memory.length === 0 ? null : memory.join('\n')]
    .filter((part) => part !== null)
    .join('\n\n');
}

function renderDependencies(dependencies: readonly Dependency[]): string {
  if (dependencies.length === 0) return "None: Python's standard library is enough.";
  const rows = dependencies.slice(0, 60).map((item) => {
    const how = [item.declared ? 'declared' : 'imported only', ...(item.optional ? ['optional'] : [])].join(', ');
    return [`\`${cell(item.name)}\``, item.specifier === '' ? 'any' : `\`${cell(item.specifier)}\``, how, showPlace(item.evidence[0])];
  });
  const more = dependencies.length > 60 ? `\n\n… and ${String(dependencies.length - 60)} more.` : '';
  return table(['Package', 'Version', 'How it is known', 'Read at'], rows) + more;
}

function renderVersions({ versions }: RepoMap): string | null {
  if (versions.length === 0) return null;
  const shown = versions.slice(0, 10).map((hint) => `${hint.of} \`${cell(hint.version)}\` (${showPlace(hint.evidence)})`);
  return `Versions that it names: ${shown.join(', ')}.`;
}

function renderRoots(map: RepoMap): string | null {
  if (map.importRoots.length === 0) return null;
  return `On PYTHONPATH for the repository's own imports: ${map.importRoots.map((root) => `\`${root === '' ? '.' : cell(root)}\``).join(', ')}.`;
}

function renderAssets(assets: readonly Asset[]): string {
  if (assets.length === 0) return 'Nothing is read or downloaded, as far as the code shows.';
  const rows = assets.slice(0, 30).map((asset) => {
    const notes = [
      describeState(asset),
      ...(asset.size === undefined ? [] : [cell(asset.size)]),
      ...(asset.gated === undefined ? [] : [`**gated**: ${escape(asset.gated)}`]),
    ];
    return [`\`${cell(asset.reference, 140)}\``, asset.kind, asset.source, notes.join(', '), showPlace(asset.evidence[0])];
  });
  const more = assets.length > 30 ? `\n\n… and ${String(assets.length - 30)} more.` : '';
  return table(['What', 'Kind', 'From', 'State', 'Read at'], rows) + more;
}

function describeState(asset: Asset): string {
  if (asset.present) return 'in the repository';
  if (asset.madeBy !== undefined) return `made by \`${cell(asset.madeBy)}\``;
  return asset.source === 'path' ? '**missing**' : 'downloaded';
}

function renderClaims(claims: readonly Claim[]): string | null {
  if (claims.length === 0) return null;
  const rows = claims
    .slice(0, 15)
    .map((claim) => [
      escape(claim.metric),
      escape(claim.text),
      claim.command === null ? 'no command near it' : `\`${cell(claim.command, 100)}\``,
      showPlace(claim.evidence),
    ]);
  const more = claims.length > 15 ? `\n\n… and ${String(claims.length - 15)} more numbers.` : '';
  return table(['Number of', 'For', 'Said to come from', 'Read at'], rows) + more;
}

function renderFindings(map: RepoMap): string | null {
  // Paths that stand among the red flags are not told twice.
  const isFlagged = map.redFlags.some((flag) => flag.what === HARD_PATHS);
  const shown = map.findings
    .filter((finding) => finding.kind !== 'tests' && !(finding.kind === 'hard-coded-path' && isFlagged))
    .map((finding) => `${escape(finding.what)}: ${finding.evidence.slice(0, 3).map(quoteEvidence).join('; ')}`);
  return shown.length === 0 ? null : list(shown);
}

function renderFlags(map: RepoMap): string {
  if (map.redFlags.length === 0) return 'None found.';
  return list(
    map.redFlags.map(
      (flag) => `**${escape(flag.what)}**${flag.evidence.length === 0 ? '' : `: ${flag.evidence.map(quoteEvidence).join('; ')}`}`,
    ),
  );
}

function renderWarnings(map: RepoMap): string | null {
  const shown = map.warnings.slice(0, 20).map((warning) => {
    const place =
      warning.file === '' ? 'the repository' : `\`${cell(warning.file)}${warning.line === null ? '' : `:${String(warning.line)}`}\``;
    return `${place}: ${escape(warning.what)}`;
  });
  const more = map.warnings.length > 20 ? [`… and ${String(map.warnings.length - 20)} more`] : [];
  return shown.length === 0 ? null : list([...shown, ...more]);
}
