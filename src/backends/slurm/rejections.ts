/**
 * What sbatch says when it refuses, as data. `rejected`: changing nothing will not help. `unavailable`: surely not submitted, try
 * later. `unknown`: the job may exist. The first entry whose fragment occurs wins, so the more telling ones stand first.
 */
export interface Rejection {
  readonly fragment: string;
  readonly verdict: 'rejected' | 'unavailable' | 'unknown';
  readonly class: 'account' | 'limit' | 'resources' | 'permission' | 'time' | 'site' | 'transient' | 'throttled' | 'credential' | 'script';
  readonly remedy: string;
}

const LATER = 'Nothing is lost; it is tried again later.';
const LOOK = 'The queue is searched for the job before anything is submitted again.';
const RESOURCES = 'Ask for what a node of this partition has: /hpc site shows the profile.';
const SCRIPT = 'This is a fault of the script Reprobot wrote; please report it.';

export const REJECTIONS: readonly Rejection[] = [
  list('unknown', 'transient', LOOK, 'Socket timed out'),
  list('unknown', 'transient', LOOK, 'send failure'),
  list('unknown', 'transient', LOOK, 'receive failure'),
  list('unknown', 'transient', LOOK, 'shutdown failure'),
  list('unknown', 'transient', LOOK, 'Zero Bytes were transmitted'),
  list('unknown', 'transient', LOOK, 'Transport endpoint is not connected'),
  list('unknown', 'transient', LOOK, 'Unexpected message received'),
  list('rejected', 'account', 'Name the project to charge: sacctmgr show assoc lists yours.', 'Invalid account'),
  list(
    'rejected',
    'account',
    'Either no project is named (some sites answer a missing --account this way) or too many of your jobs are queued.',
    'AssocMaxSubmitJobLimit',
  ),
  list('unavailable', 'limit', LATER, 'MaxSubmitJobPerUserLimit'),
  list('unavailable', 'limit', LATER, 'MaxSubmitJobsPerUser'),
  list('unavailable', 'limit', LATER, 'GrpSubmitJobs'),
  list('unavailable', 'limit', LATER, 'MaxSubmitJobsPerAccount'),
  list('rejected', 'time', 'Ask for less time.', 'MaxWallDurationPerJobLimit'),
  list('rejected', 'time', 'Ask for less time, or name a limit.', 'Requested time limit is invalid'),
  list('rejected', 'time', 'Name a time limit.', 'Time limit specification required'),
  list('rejected', 'time', 'The time limit could not be read.', 'Invalid --time specification'),
  list('rejected', 'resources', RESOURCES, 'Requested node configuration is not available'),
  list('rejected', 'resources', RESOURCES, 'Node count specification invalid'),
  list('rejected', 'resources', RESOURCES, 'CPU count specification invalid'),
  list('rejected', 'resources', RESOURCES, 'CPU count per node can not be satisfied'),
  list('rejected', 'resources', RESOURCES, 'Memory required by task is not available'),
  list('rejected', 'resources', RESOURCES, 'Memory specification can not be satisfied'),
  list('rejected', 'resources', RESOURCES, 'Invalid generic resource'),
  list('rejected', 'resources', RESOURCES, 'Invalid Trackable RESource'),
  list('rejected', 'resources', RESOURCES, 'Invalid feature specification'),
  list('rejected', 'resources', RESOURCES, 'More processors requested than permitted'),
  list('rejected', 'resources', RESOURCES, 'Requested nodes not in this partition'),
  list('rejected', 'permission', 'Name a partition of this cluster: sinfo lists them.', 'Invalid partition name'),
  list('rejected', 'permission', 'Name a partition: this cluster has no default one.', 'No partition specified'),
  list('rejected', 'permission', 'Choose a partition that is open to you.', 'group not permitted to use this partition'),
  list('rejected', 'permission', 'Choose another QOS: sacctmgr show assoc lists yours.', 'Invalid qos'),
  list('rejected', 'permission', 'Ask the site which wckey to use.', 'Invalid wckey'),
  list('rejected', 'permission', 'Ask the site for access.', 'Access/permission denied'),
  list('unavailable', 'site', LATER, 'Requested partition configuration not available now'),
  list('unavailable', 'site', LATER, 'Required partition not available'),
  list('unavailable', 'site', LATER, 'Required node not available'),
  list('unavailable', 'site', LATER, 'System submissions disabled'),
  list('unavailable', 'site', LATER, 'Requested operation is presently disabled'),
  list('unavailable', 'site', LATER, 'Incompatible versions of client and server'),
  list('unavailable', 'transient', LATER, 'Unable to create job record'),
  list('unavailable', 'transient', LATER, 'Slurm temporarily unable to accept job'),
  list('unavailable', 'transient', LATER, 'Unable to contact slurm controller (connect failure)'),
  list('unavailable', 'transient', LATER, 'Slurm backup controller in standby mode'),
  list('unavailable', 'throttled', LATER, 'Rate limit exceeded'),
  list(
    'unavailable',
    'credential',
    'Try another login node; the site may have to fix munge or a clock.',
    'Invalid authentication credential',
  ),
  list('unavailable', 'credential', 'Try another login node; the site may have to fix munge or a clock.', 'Protocol authentication error'),
  list(
    'unavailable',
    'credential',
    'Try another login node; the site may have to fix munge or a clock.',
    'Authentication credential expired',
  ),
  list('rejected', 'script', SCRIPT, 'too long'),
  list('rejected', 'script', SCRIPT, 'Unable to open file'),
  list('rejected', 'script', SCRIPT, 'does not look like a batch script'),
  list('rejected', 'script', SCRIPT, 'DOS line breaks'),
  list('rejected', 'script', SCRIPT, 'unrecognized option'),
  list('rejected', 'permission', 'The disk quota is used up: remove files or ask for more.', 'quota'),
];

/** What a refusal means. Null when it is none of the known ones and did not even say that the submission was refused. */
export function classifyRejection(code: number, stderr: string): Rejection | null {
  const known = REJECTIONS.find(({ fragment }) => stderr.toLowerCase().includes(fragment.toLowerCase()));
  if (known !== undefined) return known;
  // The free wording of a site's own submit filter: the controller or the client refused, so nothing was queued.
  if (code === 1 && /submission failed|allocation failure|^sbatch: (fatal|error): /im.test(stderr)) {
    return { fragment: '', verdict: 'rejected', class: 'site', remedy: "These are the site's own words; change the request accordingly." };
  }
  return null;
}

function list(verdict: Rejection['verdict'], kind: Rejection['class'], remedy: string, fragment: string): Rejection {
  return { fragment, verdict, class: kind, remedy };
}
