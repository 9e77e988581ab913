import type { RepoFile, RepoInput } from '../../src/core/repo-map/input.ts';
import { mapRepository } from '../../src/core/repo-map/map.ts';
import type { RepoMap } from '../../src/core/repo-map/schema.ts';
import { hasTraining } from '../../src/core/sample-run/choose-entry.ts';
import { findProbe, type ProbeSubject } from '../../src/core/sample-run/probe-targets.ts';
import { createPythonParser } from '../../src/python/parser.ts';
import { loadRepository } from '../../src/repo-files/load.ts';

export interface MapJob extends Pick<RepoInput, 'name' | 'commit' | 'committedAt' | 'subfolder'> {
  /** Where the clone lies on this machine. */
  readonly folder: string;
}

export interface MappedFiles {
  readonly map: RepoMap;
  readonly files: readonly RepoFile[];
  /** What could be probed; looked for only where nothing trains. */
  readonly probe: ProbeSubject | null;
}

/** Reads a clone and maps it; meant for a thread, since large repositories take a while. */
export default async function mapFolder({ folder, ...rest }: MapJob): Promise<MappedFiles> {
  const { files, warnings } = loadRepository(folder);
  const input = { ...rest, files, warnings, parse: await createPythonParser() };
  const map = mapRepository(input);
  return { files, map, probe: hasTraining(map) ? null : findProbe(input) };
}
