import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'time_limit',
  title: 'The time limit was reached',
  fault: 'request',
  route: 'resources',
  schedulerStates: ['TIMEOUT', 'DEADLINE'],
  patterns: [
    {
      regex:
        /DUE TO TIME LIMIT|DUE TO TIMELIMIT|exceeded (?:the )?(?:job )?(?:wall ?time|walltime) limit|TERM_RUNLIMIT|job killed: walltime/i,
    },
    {
      regex:
        /exceeded (?:its |the |maximum |the maximum )?(?:job )?(?:time limit|run ?time limit|wall ?-?clock (?:time|limit))|walltime \S+ exceeded limit|reaching LSF run ?time limit|[Jj]ob (?:was )?(?:killed|cancelled|terminated).{0,40}(?:wall ?-?time|time limit)|reached (?:its|the) (?:wall ?)?time limit|wall time limit (?:reached|exceeded)/,
      weight: 'telling',
      not: /Kaggle|notebook|no time limit/,
    },
  ],
  remedy: () => ({ kind: 'more-resources', memoryFactor: 1, timeFactor: 2 }),
  explain: () => 'The scheduler stopped the job at its time limit; ask for more time or go on from the last checkpoint.',
  examples: [
    {
      text: 'step 10 loss 2.0\nstep 20 loss 1.9\nslurmstepd: error: *** JOB 5 ON n01 CANCELLED AT 2030-01-02T03:04:05 DUE TO TIME LIMIT ***',
      line: 3,
    },
  ],
  nearMisses: [
    'slurmstepd: error: *** JOB 5 ON n01 CANCELLED AT 2030-01-02T03:04:05 ***',
    'sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)',
  ],
});
