import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'cuda_mismatch',
  title: 'The GPU code does not fit this machine',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex: /no kernel image is available|invalid device function/,
      weight: 'decisive',
    },
    { regex: /detected CUDA version \((?<installed>[\d.]+)\) mismatches/, weight: 'decisive' },
    {
      regex:
        /Unsupported gpu architecture '(?<capability>\w+)'|provided PTX was compiled with an unsupported toolchain|cudaErrorNoKernelImageForDevice/,
      weight: 'decisive',
    },
    { regex: /\.so\S*: undefined symbol: (?<symbol>\S+)/, weight: 'decisive' },
    {
      regex:
        /PyTorch and torchvision have different CUDA|operator torchvision::nms does not exist|compiled with different CUDA|CUDA versions? (?:do(?:es)? not|don't) match/,
    },
    {
      regex:
        /requires? (?:a )?(?:GPU with )?compute capability|only supports (?:Ampere|Hopper|Volta) GPUs|CUBLAS_STATUS_ARCH_MISMATCH|CUDNN_STATUS_(?:VERSION|ARCH)_MISMATCH|cuDNN version incompatibility/i,
    },
    { regex: /only supported on GPUs with compute capability|has compute capability [\d.]+\.|sm_\d+ is not supported/, not: /Warning/ },
    {
      regex:
        /Couldn't load custom C\+\+ ops|ptxas fatal|PTXAS error|ptxas exited with|Unsupported \.version \d|CUDA Setup failed|[Rr]untime [Cc]u[Dd][Nn][Nn] library: \S+ but source was compiled with|device kernel image is invalid|TensileLibrary|hipErrorNoBinaryForGpu|named symbol not found|invalid value for --gpu-architecture|No operator found for `memory_efficient_attention|was built against version \d.*(?:CUDA|cuDNN)|(?:CUDA|cuDNN|cuBLAS) version \d+.*but (?:JAX|jaxlib) was built|cudaErrorUnsupportedPtxVersion|cudaErrorSymbolNotFound|hipErrorInvalidDeviceFunction/,
      weight: 'decisive',
      not: /Warning/,
    },
    {
      regex:
        /(?:Error|Exception|error|fatal)\b.*(?:CUDA version \S+ (?:does not match|mismatch)|compiled (?:with|for|against) (?:a different |another )?CUDA (?:version )?\d|incompatible (?:CUDA|cuDNN|ROCm) version|[Uu]nsupported (?:CUDA|GPU) (?:version|arch\w*)|requires CUDA (?:version )?[<>=\d]|GPU (?:architecture|with compute capability) .*(?:not supported|unsupported)|does not support bf(?:loat)?16)|DNN library (?:is not found|initialization failed)|CUDNN_STATUS_(?:NOT_INITIALIZED|NOT_SUPPORTED)|CUBLAS_STATUS_(?:NOT_INITIALIZED|NOT_SUPPORTED)/,
      weight: 'telling',
      not: /warning/i,
    },
    {
      regex:
        /(?:[Rr]equires?|[Nn]eeds?|only (?:supports?|works (?:on|with))|not supported (?:on|by)) (?:an? |the )?(?:NVIDIA )?(?:Hopper|Ampere|Ada|Volta|Turing|Blackwell|Pascal|MI\d{3}|sm_?\d+|gfx\d+|SM ?\d+)|CUDAMismatch\w*/,
      not: /[Ww]arning/,
    },
    // torch prints this as a warning, and may yet die of something else.
    { regex: /with CUDA capability (?<capability>sm_\d+) is not compatible/ },
  ],
  remedy: () => ({ kind: 'ask', question: 'Shall I reinstall the GPU packages in the build that fits this card and toolkit?' }),
  explain: ({ capability, symbol }) =>
    `The compiled GPU code does not fit the card, the toolkit or the framework${capability === undefined ? '' : ` (${capability})`}${symbol === undefined ? '' : ` (missing symbol ${symbol})`}.`,
  examples: [
    { text: 'RuntimeError: CUDA error: no kernel image is available for execution on the device', line: 1 },
    {
      text: 'ImportError: /env/lib/python3.10/site-packages/fast_op.cpython-310-x86_64-linux-gnu.so: undefined symbol: _ZN3c104cuda9SetDeviceEi',
      line: 1,
    },
  ],
  nearMisses: ['RuntimeError: No CUDA GPUs are available', 'RuntimeError: CUDA error: out of memory'],
});
