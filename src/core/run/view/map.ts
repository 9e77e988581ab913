import { formatCount } from '../format.ts';
import type { Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';

/** What an experienced labmate would say of the repository after a look; the whole map hangs below as a file. */
export function viewMap(state: RunState): Slot[] {
  const map = state.map;
  if (map === null) return [];
  const best = map.entries[0];
  const parts: Part[] = [
    { kind: 'heading', text: `Map of ${map.name}` },
    ...(map.about === '' ? [] : [{ kind: 'text' as const, lines: [map.about] }]),
    {
      kind: 'fields',
      items: [
        { name: 'Files', value: `${map.files.total}, ${map.files.python} of them Python` },
        { name: 'Frameworks', value: map.frameworks.length === 0 ? 'none recognised' : map.frameworks.join(', ') },
        { name: 'Hardware', value: `${map.hardware.class}${map.hardware.needsGpu ? ' (needs a GPU)' : ''}` },
        { name: 'Licence', value: map.license ?? 'none found' },
      ],
    },
    ...listEntries(map.entries, map.entryCount),
    ...listWarnings(map.missingAssets, map.redFlags),
  ];
  const summary = best === undefined ? `Map of ${map.name}: no entry point found` : `Map of ${map.name}: best entry ${best.command}`;
  return [{ name: 'map', place: 'reply', mention: [], summary, parts, files: [{ path: 'REPO_MAP.md', title: 'REPO_MAP.md' }] }];
}

function listEntries(entries: readonly { command: string; file: string; line: number; kind: string }[], count: number): Part[] {
  if (entries.length === 0) return [{ kind: 'text', lines: ['No entry point found: nothing in it looks like a program to run.'] }];
  const lines = entries
    .slice(0, 4)
    .map((entry) => [{ text: entry.command, style: 'code' as const }, { text: `  ${entry.kind}, ${entry.file}:${entry.line}` }]);
  const rest = count - Math.min(count, 4);
  return [{ kind: 'text', lines: rest > 0 ? [...lines, `and ${formatCount(rest, 'more entry', 'more entries')} in the file`] : lines }];
}

function listWarnings(missing: readonly string[], flags: readonly string[]): Part[] {
  const lines = [...missing.map((path) => `Not in the repository: ${path}`), ...flags];
  return lines.length === 0 ? [] : [{ kind: 'quiet', lines: lines.slice(0, 6) }];
}
