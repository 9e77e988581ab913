/** The stages of an attempt, and where each kind of failure is sent back to. Pure tables; src/core/experiment/move.ts acts by them. */
import { z } from 'zod';

/** Stages of one attempt, in order. */
export const Stage = z.enum([
  'entrance',
  'researcher',
  'architect',
  'builder_data',
  'datachecker',
  'builder_model',
  'check_notebook',
  'submit',
  'watch',
  'fetch',
  'evaluator',
  'decide',
]);
export type Stage = z.infer<typeof Stage>;

/** Stages whose product a project may bring itself; otherwise an agent invents it or a person is asked for the files. */
export const InventingStage = Stage.extract(['entrance', 'researcher', 'architect', 'builder_data', 'builder_model']);
export type InventingStage = z.infer<typeof InventingStage>;

export function isInventing(stage: Stage): stage is InventingStage {
  return InventingStage.safeParse(stage).success;
}

/** The stage that follows; `decide` is the last. */
export function findNextStage(stage: Stage): Stage {
  const stages = Stage.options;
  return stages[Math.min(stages.length - 1, stages.indexOf(stage) + 1)] ?? 'decide';
}

/** What a failure of the loop itself is called; what a log shows has a class of src/failures. */
export const LoopFailure = z.enum([
  'loop:gate_failed',
  'loop:target_missed',
  'loop:claim_refuted',
  'loop:design_refused',
  'loop:data_rejected',
  'loop:data_script_failed',
  'loop:notebook_refused',
  'loop:output_missing',
  'loop:baseline_changed',
  'loop:cancelled_on_kaggle',
  'loop:session_lost',
]);
export type LoopFailure = z.infer<typeof LoopFailure>;

interface SendBack {
  readonly to: Stage | 'person';
  /** True for what counts against the attempts that a feature has. */
  readonly consumes: boolean;
  /** True where the same is pushed once more: nobody has to change anything. */
  readonly platform: boolean;
}

const work = (to: Stage): SendBack => ({ to, consumes: false, platform: false });
/** What only somebody in a browser, or with other credentials, can put right. */
const PERSON: SendBack = { to: 'person', consumes: false, platform: false };
const PLATFORM: SendBack = { to: 'submit', consumes: false, platform: true };
const JUDGED: SendBack = { to: 'architect', consumes: true, platform: false };

/** The one table: class of a failure → who gets it back, and whether it costs an attempt. Only a measured verdict does. */
export const SEND_BACKS: Readonly<Record<string, SendBack>> = {
  'loop:gate_failed': JUDGED,
  'loop:target_missed': JUDGED,
  'loop:claim_refuted': work('researcher'),
  'loop:design_refused': work('architect'),
  'loop:data_rejected': work('builder_data'),
  'loop:data_script_failed': work('builder_data'),
  'loop:notebook_refused': work('builder_model'),
  'loop:output_missing': work('builder_model'),
  'loop:baseline_changed': work('builder_model'),
  'loop:cancelled_on_kaggle': PLATFORM,
  'loop:session_lost': PLATFORM,

  'kaggle.refused': work('builder_model'),
  'kaggle.conflict': PERSON,
  'kaggle.needs-person': PERSON,
  'kaggle.auth-refused': PERSON,
  'kaggle.not-found': PERSON,
  'kaggle.no-quota': PERSON,
  'config.invalid': PERSON,

  data_corrupt: work('builder_data'),
  dataset_missing: work('builder_data'),
  schema_mismatch: work('builder_data'),

  secret_missing: PERSON,

  nan_loss: work('architect'),
  time_limit: work('architect'),

  kaggle_platform: PLATFORM,
  network_timeout: PLATFORM,
  rate_limited: PLATFORM,
  node_failure: PLATFORM,
  preempted: PLATFORM,
  scheduler_rejected: PLATFORM,
  comm_failure: PLATFORM,

  api_compat: work('builder_model'),
  arch_mismatch: work('builder_model'),
  assertion_or_user_bug: work('builder_model'),
  build_failure: work('builder_model'),
  checkpoint_missing_or_mismatch: work('builder_model'),
  container_error: work('builder_model'),
  cuda_mismatch: work('builder_model'),
  dataloader_worker: work('builder_model'),
  dependency_conflict: work('builder_model'),
  disk_quota: work('builder_model'),
  glibc_missing_lib: work('builder_model'),
  gpu_unavailable: work('builder_model'),
  missing_module: work('builder_model'),
  notebook_broken: work('builder_model'),
  numpy_abi: work('builder_model'),
  oom_gpu: work('builder_model'),
  oom_host: work('builder_model'),
  pandas_compat: work('builder_model'),
  permission_auth: work('builder_model'),
  segfault: work('builder_model'),
  shape_dtype_mismatch: work('builder_model'),
  syntax_error: work('builder_model'),
  usage_error: work('builder_model'),
};

/** What nobody has a class for is looked at by whoever wrote the notebook. */
const UNKNOWN: SendBack = work('builder_model');

/** So many times in one attempt something is sent back to the stage that the table names; then the architect gets it once, then a person. */
export const MOST_ROUNDS = 3;

export interface Rounds {
  /** Send-backs of this attempt so far, without those that only push again. */
  readonly internal: number;
  /** Times that the same was pushed again. */
  readonly platform: number;
}

export interface Route {
  readonly to: Stage | 'person';
  readonly consumes: boolean;
  readonly platform: boolean;
}

/** Where a failure goes, by the table and by how often this attempt went round already. */
export function routeFailure(failureClass: string, rounds: Rounds): Route {
  const entry = Object.hasOwn(SEND_BACKS, failureClass) ? (SEND_BACKS[failureClass] ?? UNKNOWN) : UNKNOWN;
  if (entry.consumes || entry.to === 'person') return entry;
  if (entry.platform) return rounds.platform < MOST_ROUNDS ? entry : { ...entry, to: 'person' };
  if (rounds.internal < MOST_ROUNDS) return entry;
  return { ...entry, to: rounds.internal === MOST_ROUNDS ? 'architect' : 'person' };
}
