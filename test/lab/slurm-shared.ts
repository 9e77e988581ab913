/** A vitest globalSetup: one Slurm for all test files of a run; they reach it with useSlurmLab(). */
import { join } from 'node:path';
import { startSlurmLab } from './slurm.ts';

export default async function setup(): Promise<() => Promise<void>> {
  const lab = await startSlurmLab();
  process.env['REPROBOT_SLURM_LAB'] = join(lab.folder, 'lab.json');
  return () => lab.stop();
}
