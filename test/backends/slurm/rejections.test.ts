import { describe, expect, it } from 'vitest';
import { classifyRejection, REJECTIONS } from '../../../src/backends/slurm/rejections.ts';

const failedWith = (text: string): string => `sbatch: error: Batch job submission failed: ${text}`;

describe('classifyRejection', () => {
  it.each([
    [failedWith('Invalid partition name specified'), 'rejected', 'permission'],
    [failedWith('Requested node configuration is not available'), 'rejected', 'resources'],
    [
      `sbatch: error: AssocMaxSubmitJobLimit\n${failedWith("Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)")}`,
      'rejected',
      'account',
    ],
    [`sbatch: error: QOSMaxSubmitJobPerUserLimit\n${failedWith('Job violates accounting/QOS policy')}`, 'unavailable', 'limit'],
    [failedWith('Unable to contact slurm controller (connect failure)'), 'unavailable', 'transient'],
    [failedWith('Unable to contact slurm controller (send failure)'), 'unknown', 'transient'],
    [failedWith('Socket timed out on send/recv operation'), 'unknown', 'transient'],
    [failedWith('Zero Bytes were transmitted or received'), 'unknown', 'transient'],
    [failedWith('Required partition not available (inactive or drain)'), 'unavailable', 'site'],
    ['sbatch: error: Please add --account=project_465000000 to your script\n' + failedWith('Unspecified error'), 'rejected', 'site'],
  ])('%s is %s (%s)', (stderr, verdict, kind) => {
    expect(classifyRejection(1, stderr)).toMatchObject({ verdict, class: kind });
  });

  it('does not take an unknown ending for a refusal', () => {
    expect(classifyRejection(124, '')).toBeNull();
    expect(classifyRejection(137, 'Killed')).toBeNull();
    expect(classifyRejection(0, 'some notice of the site')).toBeNull();
  });

  it('names each fragment once', () => {
    expect(new Set(REJECTIONS.map(({ fragment }) => fragment)).size).toBe(REJECTIONS.length);
  });
});
