import { showText } from '../show-text.ts';
import type { Asset, Dependency, Entry, Evidence, RepoMap } from './schema.ts';

const MAX_ROWS = 12;

/** REPO_MAP.md: what a person wants to know first comes first, and every statement says where it was read. */
export function renderRepoMap(map: RepoMap): string {
  const place = map.subfolder === '' ? '' : ` / ${map.subfolder}`;
  const commit =
    map.commit === null
      ? ''
      : `commit \`${map.commit.slice(0, 12)}\`${map.committedAt === null ? '' : ` of ${map.committedAt.slice(0, 10)}`} · `;
  const { total, python, notebooks, bytes } = map.files;
  const parts = [
    `# ${escape(map.name)}${escape(place)}`,
    map.about === '' ? null : `> ${escape(map.about)}`,
    `${commit}${count(total, 'file')} (${String(python)} Python, ${count(notebooks, 'notebook')}), ${showSize(bytes)} · licence ${escape(map.license ?? 'not stated')}` +
      (map.frameworks.length === 0 ? '' : ` · ${map.frameworks.slice(0, 6).join(', ')}`),
    '## Commands',
    renderEntries(map.entries),
    renderArguments(map.entries[0]),
    '## Hardware',
    `**${map.hardware.class}**${map.hardware.needsGpu ? ', does not run without a GPU' : ''}: ${map.hardware.reasons.map(escape).join('; ')}.`,
    '## Dependencies',
    renderDependencies(map.dependencies),
    renderRoots(map),
    '## Data and weights',
    renderAssets(map.assets),
    '## Read first',
    map.documents.length === 0 ? 'No documents.' : map.documents.map((item) => `- \`${item.file}\`: ${item.why}`).join('\n'),
    '## Red flags',
    map.redFlags.length === 0
      ? 'None found.'
      : map.redFlags
          .map(
            (flag) => `- **${escape(flag.what)}**${flag.evidence.length === 0 ? '' : `: ${flag.evidence.map(quoteEvidence).join('; ')}`}`,
          )
          .join('\n'),
  ];
  return showText(`${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`);
}

function renderEntries(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'Nothing was found that can be started.';
  const rows = entries
    .slice(0, MAX_ROWS)
    .map(
      (entry) =>
        `| \`${cell(entry.command)}\` | ${entry.cwd === '' ? '.' : cell(entry.cwd)} | ${entry.kind} | ${showPlace(entry.evidence[0])} |`,
    );
  const more = entries.length > MAX_ROWS ? `\n\n… and ${String(entries.length - MAX_ROWS)} more.` : '';
  return ['| Command | In folder | Does | Read at |', '|---|---|---|---|', ...rows].join('\n') + more;
}

function renderArguments(entry: Entry | undefined): string | null {
  const shown = entry?.arguments.filter((argument) => argument.role !== 'other' || argument.required) ?? [];
  if (entry === undefined || (shown.length === 0 && (entry.constants ?? []).length === 0)) return null;
  const rows = shown
    .slice(0, 20)
    .map(
      (argument) =>
        `| \`${cell(argument.name)}\` | ${argument.required ? '**required**' : argument.role} | ${argument.default === null ? '' : `\`${cell(argument.default)}\``} | ${showPlace(argument.evidence)} |`,
    );
  const isSet = shown.some((argument) => argument.role === 'steps' || argument.role === 'epochs');
  const constants = (isSet ? [] : (entry.constants ?? []))
    .slice(0, 8)
    .map((item) => `| \`${cell(item.name)}\` (in the source) | ${item.role} | \`${item.value}\` | ${showPlace(item.evidence)} |`);
  const hidden = entry.arguments.length - Math.min(20, shown.length);
  const rest = hidden > 0 ? `\n\n${count(hidden, 'further argument')} not shown.` : '';
  return (
    [
      `### What bounds \`${cell(entry.command)}\``,
      '',
      '| Argument | Sets | Default | Read at |',
      '|---|---|---|---|',
      ...rows,
      ...constants,
    ].join('\n') + rest
  );
}

function renderDependencies(dependencies: readonly Dependency[]): string {
  if (dependencies.length === 0) return "None: Python's standard library is enough.";
  const rows = dependencies.slice(0, 60).map((item) => {
    const how = [item.declared ? 'declared' : 'imported only', ...(item.optional ? ['optional'] : [])].join(', ');
    return `| \`${item.name}\` | ${item.specifier === '' ? 'any' : `\`${cell(item.specifier)}\``} | ${how} | ${showPlace(item.evidence[0])} |`;
  });
  return ['| Package | Version | How it is known | Read at |', '|---|---|---|---|', ...rows].join('\n');
}

function renderRoots(map: RepoMap): string | null {
  if (map.importRoots.length === 0) return null;
  return `On PYTHONPATH for the repository's own imports: ${map.importRoots.map((root) => `\`${root === '' ? '.' : root}\``).join(', ')}.`;
}

function renderAssets(assets: readonly Asset[]): string {
  if (assets.length === 0) return 'Nothing is read or downloaded, as far as the code shows.';
  const rows = assets.slice(0, 30).map((asset) => {
    const state = asset.present
      ? 'in the repository'
      : asset.madeBy === undefined
        ? asset.source === 'path'
          ? '**missing**'
          : 'downloaded'
        : `made by \`${cell(asset.madeBy)}\``;
    return `| \`${cell(asset.reference)}\` | ${asset.kind} | ${asset.source} | ${state} | ${showPlace(asset.evidence[0])} |`;
  });
  return ['| What | Kind | From | State | Read at |', '|---|---|---|---|---|', ...rows].join('\n');
}

function showPlace(evidence: Evidence | undefined): string {
  return evidence === undefined ? '' : `\`${cell(evidence.file)}:${String(evidence.line)}\``;
}

function quoteEvidence(evidence: Evidence): string {
  return `${showPlace(evidence)} \`${cell(evidence.text.slice(0, 100))}\``;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function showSize(bytes: number): string {
  if (bytes < 1000) return `${String(bytes)} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Text from outside inside a table's code span: no line breaks, no pipes, no backticks. */
function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', "'");
}

/** Text from outside as prose: nothing in it may become markup. */
function escape(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[<>]/g, '')
    .replaceAll(/([\\`*_[\]#|])/g, '\\$1');
}
