/** Why a job waits, in words. Reasons are those of SchedMD's table (https://slurm.schedmd.com/job_reason_codes.html). */

/** `wait`: it will start by itself; `budget`: hours of the project; `request`: it never starts as it was asked for; `held`: somebody must release
 *  it; `site`: the cluster's own trouble. */
export type PendingKind = 'wait' | 'budget' | 'request' | 'held' | 'site';

export interface PendingReason {
  readonly kind: PendingKind;
  readonly words: string;
}

const REASONS: readonly (readonly [RegExp, PendingKind, string])[] = [
  [/^(None|)$/, 'wait', 'the scheduler has not looked at it yet, which is normal in the first minute'],
  [/^Priority$/, 'wait', 'other jobs are ahead of it'],
  [/^Resources$/, 'wait', 'it is next in line and waits for free nodes of this shape'],
  [/^BeginTime$/, 'wait', 'it was asked to start later, or waits out the two minutes after a requeue'],
  [/^DependencyNeverSatisfied$/, 'request', 'the job it depends on did not end as demanded, so it never starts: cancel it'],
  [/^Dependency$/, 'wait', 'a job that it depends on has not ended'],
  [/^JobArrayTaskLimit$/, 'wait', 'the array’s own limit of tasks at a time (%N) holds it back'],
  [/^JobHeldUser$/, 'held', 'it was held by its user; `scontrol release` lets it go'],
  [/^JobHeldAdmin$/, 'held', 'the staff of the cluster holds it; only they can release it'],
  [
    /^JobHoldMaxRequeue$|requeued held|requeued in held state/,
    'held',
    'it failed to start too often and is held; look at its log before releasing it',
  ],
  [
    /^Reservation$|^ReqNodeNotAvail|Reserved for maintenance/,
    'wait',
    'the nodes are reserved, mostly for a maintenance that its time limit reaches into: a shorter --time may start before it',
  ],
  [/^Nodes required for job are/, 'wait', 'the nodes it wants are down, drained or reserved for partitions of higher priority'],
  [
    /^(PartitionDown|PartitionInactive|NodeDown)$/,
    'site',
    'the partition or its nodes are switched off; the cluster’s status page may say until when',
  ],
  [/^PartitionTimeLimit$/, 'request', 'it asks for more time than the partition gives: ask for less, or another partition'],
  [/^(PartitionNodeLimit|PartitionConfig)$/, 'request', 'it asks for more nodes than the partition gives'],
  [/^BadConstraints$/, 'request', 'no node fits what it asks for together (features, GPUs, memory)'],
  [/^Constraints$/, 'wait', 'no node with the wanted features can be had just now'],
  [/^(AccountNotAllowed|InvalidAccount)$/, 'request', 'its account may not use this partition, or has ended'],
  [/^(QOSNotAllowed|InvalidQOS)$/, 'request', 'its QOS may not be used here'],
  [/^AssocGrp\w*RunMinutes/, 'wait', 'the project has too many hours running at once; that drains by itself'],
  [
    /^(Assoc|QOS)Grp\w*Minutes(Limit)?$/,
    'budget',
    'the project’s hours would be exceeded by what runs now plus this job’s whole time limit: a shorter --time may pass, else ask for more hours',
  ],
  [
    /^(QOSMax|AssocMax|Max)\w*(PerJob|PerNode)\w*|^MaxMemPerLimit$|^QOSMin/,
    'request',
    'this job alone is outside a limit of its QOS or account: ask for less',
  ],
  [/^(AssocGrp|QOSGrp)/, 'wait', 'the project as a whole has reached its limit; it starts when colleagues’ jobs end'],
  [/^(QOSMax|AssocMax|Max)\w*/, 'wait', 'the user has reached a limit of running jobs or resources; it starts when own jobs end'],
  [
    /^(Licenses|BurstBuffer\w*|Prolog|Cleaning|SchedDefer|MpiPortsBusy|NvidiaImexChannels|MaxPoweredUpNodes|FedJobLock)/,
    'wait',
    'a shared resource of the cluster is busy',
  ],
];

/** What a pending reason means; an unknown one is handed on as it stands. Array limits and free texts with commas are understood whole. */
export function explainPending(reason: string): PendingReason {
  const text = reason.trim().replace(/^\((.*)\)$/s, '$1');
  for (const [pattern, kind, words] of REASONS) if (pattern.test(text)) return { kind, words };
  return { kind: 'wait', words: `the scheduler says “${text.slice(0, 200)}”` };
}
