import { z } from 'zod';
import { RepoMap } from './schema.ts';

/** The published schema of `reprobot map --json`; docs/repo-map.schema.json holds the same. */
export function describeRepoMap(): Record<string, unknown> {
  const schema = z.toJSONSchema(RepoMap, { io: 'output', reused: 'ref' });
  return { $schema: schema.$schema, title: 'RepoMap', description: 'What `reprobot map --json` prints about a repository.', ...schema };
}
