import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'oom_gpu',
  title: 'The GPU ran out of memory',
  fault: 'request',
  route: 'resources',
  patterns: [
    {
      regex: /(?:CUDA|HIP|XPU) out of memory(?:\. Tried to allocate (?<wanted>[\d.]+ [KMGT]iB))?/,
      weight: 'decisive',
      not: /expandable_segments.*hint|caught|skipping/i,
    },
    {
      regex: /CUDA error(?: \d+ at \S+)?: out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|hipErrorOutOfMemory/,
      weight: 'decisive',
    },
    {
      regex: /RESOURCE_EXHAUSTED: (?:Out of memory|OOM)|ResourceExhaustedError.*OOM when allocating|OOM when allocating tensor/,
      weight: 'decisive',
    },
    {
      regex: /(?:CUDA|HIP|ROCm|GPU|OpenCL)\b[^a-z\n]{1,30}out of memory\b|CUDA error \d+: out of memory/,
      weight: 'decisive',
      not: /caught|skipping|retry/i,
    },
    { regex: /CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|failed to allocate \S+ of (?:GPU|device) memory/i },
    {
      regex:
        /No available memory for the cache blocks|enough GPU RAM to fit|larger than the (?:available KV cache memory|maximum number of tokens that can be stored in KV cache)/,
    },
    { regex: /(?:cupy|torch|cuda|jax)\S*OutOfMemoryError/ },
    {
      regex:
        /cudaMalloc failed: out of memory|unable to allocate (?:CUDA|ROCm|Vulkan|Metal)\d* buffer|GPUassert: out of memory|CUDA driver error: out of memory|CL_(?:MEM_OBJECT_ALLOCATION_FAILURE|OUT_OF_RESOURCES)|MPS backend out of memory|HIP error: out of memory|cudaErrorMemoryAllocation|CUDA_OUT_OF_MEMORY|NCCL.*Cuda failure '?out of memory/,
      weight: 'decisive',
    },
    {
      regex:
        /RESOURCE_EXHAUSTED: (?:Failed to allocate|.*(?:out of memory|while trying to allocate|device ordinal))|Failed to allocate request for \S+ .*on device ordinal|SingleDeviceMemoryPool|Out of memory allocating [\d,]+ bytes|CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED/i,
      weight: 'decisive',
      not: /Warning/,
    },
  ],
  remedy: () => ({
    kind: 'ask',
    question: 'Shall I halve the batch size (and double gradient accumulation), or ask for a GPU with more memory?',
  }),
  explain: ({ wanted }) =>
    `The GPU ran out of memory${wanted === undefined ? '' : ` when ${wanted} more was asked for`}; a smaller batch or a larger card is needed.`,
  examples: [
    {
      text: 'epoch 1\nTraceback (most recent call last):\n  File "train.py", line 9, in <module>\n    y = net(x)\ntorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 16.00 GiB',
      line: 5,
      facts: { wanted: '2.00 GiB' },
    },
    {
      text: '[rank1]: RuntimeError: HIP out of memory. Tried to allocate 512.00 MiB\n[rank0]: Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9)',
      line: 1,
    },
  ],
  nearMisses: [
    'step 4 loss 1.20 skipped_oom=0\nstep 5 loss 1.10 skipped_oom=0\ntraining finished',
    'MemoryError: Unable to allocate 9.00 GiB for an array',
  ],
});
