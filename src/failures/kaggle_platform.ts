import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'kaggle_platform',
  title: 'Kaggle itself said no',
  fault: 'cluster',
  route: 'retry',
  patterns: [
    {
      regex:
        /exceeded the (?:number of hours|allowed execution time)|Your (?:GPU |TPU )?quota will reset|Maximum (?:batch )?(?:GPU|TPU|CPU) session count|[Kk]ernel (?:push|version) (?:error|.*refused)|The kernel source must not exceed|Your notebook was stopped because|weekly (?:GPU|TPU) quota|session limit/i,
      weight: 'decisive',
    },
    { regex: /\b409\b.*kernels|kernels\/push.*(?:40\d|50\d)|output (?:directory|files) .*exceed/i },
    {
      regex:
        /weekly (?:GPU|TPU) quota|(?:GPU|TPU) quota (?:of|exceeded|is exhausted|will)|kernels\/push|Kernel push error|max(?:imum)? allowed execution duration|(?:kernel|notebook|session) (?:ran longer|timed? ?out|exceeded)|Notebook Timeout|daily submissions|submission limit|Notebook Exceeded|Notebook Threw Exception|exceeded the (?:allowed|maximum) (?:compute|run|output|disk)|You have (?:reached|exceeded) (?:your|the) (?:weekly|daily|maximum|session|GPU|TPU)|batch (?:GPU|CPU|TPU) session/i,
      weight: 'decisive',
      not: /Warning/,
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'Kaggle refused. Shall I wait for the quota, or make the run shorter?' }),
  explain: () => 'Kaggle refused or stopped the run: a quota, a session limit or the longest time a notebook may take.',
  examples: [{ text: 'Maximum batch GPU session count of 2 reached.', line: 1 }],
  nearMisses: ['INFO quota: 12 of 30 hours used\nstep 1 loss 1.0\nstep 2 loss 0.9'],
});
