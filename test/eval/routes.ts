import type { RowAnswer } from '../../src/core/diagnosis/answer-row.ts';

type Route = RowAnswer['route'];

/** The routes that are right for each category, best first: what a person would do next. Kept apart from the classes that it judges. */
export const EXPECTED_ROUTES: Readonly<Record<string, readonly Route[]>> = {
  oom_gpu: ['resources', 'code'],
  oom_host: ['resources'],
  time_limit: ['resources'],
  preempted: ['retry'],
  node_failure: ['retry'],
  gpu_unavailable: ['environment', 'resources'],
  cuda_mismatch: ['environment'],
  comm_failure: ['retry'],
  missing_module: ['environment'],
  dependency_conflict: ['environment'],
  build_failure: ['environment'],
  arch_mismatch: ['environment'],
  numpy_abi: ['environment', 'code'],
  pandas_compat: ['code', 'environment'],
  api_compat: ['code', 'environment'],
  glibc_missing_lib: ['environment'],
  dataset_missing: ['data'],
  checkpoint_missing_or_mismatch: ['data', 'code'],
  data_corrupt: ['data'],
  permission_auth: ['ask'],
  network_timeout: ['retry'],
  rate_limited: ['retry'],
  disk_quota: ['ask', 'resources'],
  shape_dtype_mismatch: ['code'],
  nan_loss: ['code'],
  dataloader_worker: ['resources'],
  syntax_error: ['code'],
  usage_error: ['code'],
  scheduler_rejected: ['resources'],
  container_error: ['environment'],
  segfault: ['ask'],
  assertion_or_user_bug: ['code'],
  kaggle_platform: ['retry', 'ask'],
  secret_missing: ['ask'],
  schema_mismatch: ['data'],
  notebook_broken: ['code'],
  unknown: ['ask'],
  none: ['none'],
};

/** Categories whose failure goes away by itself: only these may be routed "retry as is". */
export const RETRIABLE: readonly string[] = Object.entries(EXPECTED_ROUTES)
  .filter(([, routes]) => routes.includes('retry'))
  .map(([category]) => category);
