import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'scheduler_rejected',
  title: 'The scheduler refused the request',
  fault: 'request',
  route: 'resources',
  patterns: [
    {
      regex:
        /Batch job submission failed: (?<reason>.+)|Unable to allocate resources: (?<reason2>.+)|Unable to create step for job \d+: (?<reason3>.+)|Job submit\/allocate failed: (?<reason4>.+)/,
      weight: 'decisive',
      not: /Socket timed out|Unable to contact|try again/,
    },
    {
      regex:
        /s(?:batch|run|alloc)\S*: (?:error|fatal): (?<reason>(?:Invalid|This does not look like|Batch script contains|Unable to open file|invalid|unrecognized|Requested|More processors|CPU count|Memory (?:required|specification)|.*(?:QOS|Assoc)\w*Limit|You (?:must|need|have to)|.*account|.*partition|Time limit).*)/,
      weight: 'decisive',
      not: /Exited with exit code/,
    },
    { regex: /(?:QOS|Assoc)\w*Limit\b|Unable to satisfy cpu bind request/ },
    {
      regex: /^s(?:batch|run|alloc): (?:unrecognized|invalid) option|^s(?:batch|run|alloc): error: \S+ is not a valid/,
      weight: 'decisive',
    },
    {
      regex:
        /^\s*s(?:batch|run|alloc): (?:error|fatal): .*(?:mutually exclusive|[Ii]nvalid --?\w+|specification|not (?:valid|permitted|allowed|available|authorized)|limit|exceeds?)|^q(?:sub|alter): |^bsub: |: Job not submitted|Unknown queue|SLURM_MEM_PER_CPU, SLURM_MEM_PER_GPU|Invalid (?:account|partition|qos|reservation|generic resource|wckey|feature)|PartitionConfig|Requested node configuration|violates accounting\/QOS policy|DOS line breaks/,
      weight: 'decisive',
      not: /Exited with exit code|Socket timed out|task/,
    },
    { regex: /^s(?:batch|alloc): fatal: /, weight: 'decisive' },
  ],
  remedy: ({ reason, reason2, reason3, reason4 }) => ({
    kind: 'ask',
    question: `The scheduler says "${reason ?? reason2 ?? reason3 ?? reason4 ?? 'no'}". Which account, partition or size shall I ask for?`,
  }),
  explain: ({ reason, reason2, reason3, reason4 }) =>
    `The scheduler did not accept the request: ${reason ?? reason2 ?? reason3 ?? reason4 ?? 'see the line'}.`,
  examples: [
    {
      text: 'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified',
      line: 1,
      facts: { reason: 'Invalid account or account/partition combination specified' },
    },
    { text: 'srun: error: Unable to create step for job 7: More processors requested than permitted', line: 1 },
  ],
  nearMisses: ['srun: error: n01: task 0: Exited with exit code 1', 'Submitted batch job 12'],
});
