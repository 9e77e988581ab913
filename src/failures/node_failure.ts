import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'node_failure',
  title: 'The node or its hardware failed',
  fault: 'cluster',
  route: 'retry',
  schedulerStates: ['NODE_FAIL', 'BOOT_FAIL'],
  patterns: [
    { regex: /DUE TO NODE FAILURE|Node failure on \S+|NODE_FAIL/, weight: 'decisive' },
    {
      regex:
        /uncorrectable (?:ECC|NVLink) error|ECC error encountered|CUDA error: uncorrectable|GPU is lost|fallen off the bus|Unable to determine the device handle for GPU/i,
      weight: 'decisive',
    },
    {
      regex:
        /NVRM: Xid \(.*\): (?:48|61|62|63|64|74|79|92|94|95)\b|cudaErrorECCUncorrectable|hardware (?:failure|stack error)|GPU requires reset/i,
      weight: 'decisive',
    },
    { regex: /CUDA error: unspecified launch failure|Stale file handle|Input\/output error/, not: /MPI|OFI|potential/ },
    {
      regex:
        /Memory access fault by GPU|HSA_STATUS_ERROR_(?:HARDWARE|EXCEPTION|MEMORY_APERTURE|MEMORY_FAULT)\w*|GPU reset begin|NVML\w*GPU_?IS_?LOST|NVMLError_GpuIsLost|GPUs? (?:has|have) (?:become )?(?:lost|unresponsive)|row[- ]?remap(?:ping|per)? (?:failure|pending)|[Dd]ouble[- ]bit ECC|EDAC .*UE\b|[Mm]achine [Cc]heck (?:Exception|events? logged)|Kernel panic/,
      weight: 'decisive',
      not: /(?:failure|lost|errors?|[Dd]ouble[- ]bit(?: ECC)?|pending) ?[:=]? ?(?:no|none|0|false)\b/,
    },
    {
      regex:
        /[Nn]ode not responding|failed on node \S+: (?:Node not responding|Communication connection failure)|Prolog (?:failed|error)|Job prolog failed|Lost (?:connection|communication) (?:to|with) node|Zero Bytes were transmitted|launch failed requeued held/,
    },
    { regex: /Stale NFS file handle|Remote I\/O error|Transport endpoint is not connected|Cannot send after transport endpoint shutdown/ },
  ],
  remedy: () => ({ kind: 'retry', waitSeconds: 60, elsewhere: true }),
  explain: () => 'The machine or its GPU failed; the same job can run again on another node.',
  examples: [
    { text: 'step 7 loss 0.4\nsrun: error: Node failure on n17', line: 2 },
    { text: 'RuntimeError: CUDA error: uncorrectable ECC error encountered', line: 1 },
  ],
  nearMisses: [
    'INFO health: Xid events: 0, ECC errors: 0',
    'RuntimeError: CUDA error: no kernel image is available for execution on the device',
  ],
});
