import { renderRepoMap } from '../../src/core/repo-map/render/render.ts';
import type { RepoMap } from '../../src/core/repo-map/schema.ts';
import { cutDocument, type MapSummary } from '../../src/core/run/events.ts';
import { defineEffect, type EffectFailure } from '../processor.ts';
import { readMap, requireRepo } from '../workspace.ts';

export default defineEffect('navigate-repo', async ({ context, state, signal }) => {
  const { map, input } = await readMap(context, state, signal);
  const { subfolder } = requireRepo(state);
  if (subfolder !== '' && !input.files.some((file) => file.path.startsWith(`${subfolder}/`))) {
    return refuse('No such folder', `The repository has no folder “${subfolder}” at this commit.`);
  }
  return {
    kind: 'mapped',
    map: summarizeMap(map),
    documents: [{ path: 'REPO_MAP.md', content: cutDocument(renderRepoMap(map)) }],
  };
});

function refuse(title: string, explanation: string): EffectFailure {
  const failure = {
    class: 'usage_error',
    title,
    evidence: null,
    confidence: 1,
    fault: 'request',
    route: 'ask',
    remedy: null,
    explanation,
    facts: {},
  } as const;
  return { kind: 'failure', failure };
}

function summarizeMap(map: RepoMap): MapSummary {
  return {
    name: map.name,
    about: map.about.slice(0, 600),
    entries: map.entries.slice(0, 8).map(({ command, file, line, kind }) => ({ command, file, line, kind })),
    entryCount: map.entries.length,
    hardware: { class: map.hardware.class, needsGpu: map.hardware.needsGpu, reasons: map.hardware.reasons.slice(0, 6) },
    frameworks: map.frameworks,
    files: { total: map.files.total, python: map.files.python },
    license: map.license,
    missingAssets: map.assets
      .filter((asset) => !asset.present && asset.source === 'path')
      .map((asset) => asset.reference)
      .slice(0, 8),
    redFlags: map.redFlags.slice(0, 8).map((flag) => flag.what),
  };
}
