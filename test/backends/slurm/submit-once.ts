/** A process of its own that submits the given spec once and tells its parent the answer. */
import { createSlurmBackend } from '../../../src/backends/slurm/index.ts';
import type { JobSpec } from '../../../src/core/jobs/job.ts';
import { createPlainHost } from '../../lab/plain-host.ts';

const backend = createSlurmBackend({ id: 'lab', host: createPlainHost({ id: 'lab' }), profile: {} });
const ref = await backend.submit(JSON.parse(process.argv[2] ?? '') as JobSpec);
process.send?.(ref, () => process.exit(0));
