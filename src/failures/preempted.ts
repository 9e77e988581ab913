import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'preempted',
  title: 'A job of higher priority took the place',
  fault: 'cluster',
  route: 'retry',
  schedulerStates: ['PREEMPTED'],
  patterns: [
    { regex: /DUE TO PREEMPTION|\bjob (?:was |has been )?preempted\b|DUE TO JOB REQUEUE/i },
    {
      regex:
        /TERM_PREEMPT|\b(?:[Ii]nstance|[Nn]ode|[Mm]achine|[Ww]orker|[Pp]od|VM) (?:was|has been|is being) preempted|[Ss]pot (?:instance )?(?:interruption|reclaim)|preempted by job|JOB PREEMPTED|CANCELLED .*PREEMPT/,
    },
  ],
  remedy: () => ({ kind: 'retry', waitSeconds: 60, elsewhere: false }),
  explain: () => 'The scheduler gave the nodes to a job of higher priority; the same job can run again as it is.',
  examples: [
    { text: 'step 3 loss 1.0\nslurmstepd: error: *** JOB 8 ON n02 CANCELLED AT 2030-01-02T03:04:05 DUE TO PREEMPTION ***', line: 2 },
  ],
  nearMisses: ['slurmstepd: error: *** JOB 8 ON n02 CANCELLED AT 2030-01-02T03:04:05 ***', 'INFO scheduler: 0 requests preempted'],
});
