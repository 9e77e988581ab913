import { defineFailure } from '../core/diagnosis/failure-class.ts';

export default defineFailure({
  id: 'gpu_unavailable',
  title: 'There is no usable GPU',
  fault: 'environment',
  route: 'environment',
  patterns: [
    {
      regex:
        /No (?:CUDA|HIP) GPUs are available|Found no NVIDIA driver|Torch not compiled with CUDA enabled|no CUDA-capable device is detected/,
      weight: 'decisive',
    },
    { regex: /NVIDIA driver on your system is too old|driver version is insufficient for CUDA runtime version/, weight: 'decisive' },
    {
      regex:
        /invalid device ordinal|torch\.cuda\.is_available\(\) is False|could not select device driver .* with capabilities: \[\[gpu\]\]/,
    },
    { regex: /nvidia-smi.*(?:couldn't communicate|has failed because)|Failed to initialize NVML|Unexpected error from cudaGetDeviceCount/ },
    {
      regex:
        /MisconfigurationException.*(?:No supported gpu|GPUs? requested)|requires (?:a )?GPU(?: but none)?|(?:Error|Exception|raise).*(?:No GPU (?:found|detected|available)|CUDA is not available)/i,
      not: /warning|falling back|using cpu/i,
    },
    { regex: /Cannot find (?:any )?(?:usable )?GPU|0 active drivers|Device string must not be empty/ },
    {
      regex:
        /Failed to infer device type|(?:GPU|CUDA) is required|only (?:be used|supported|available|works?) on (?:CUDA|GPU) devices?|needs? a (?:CUDA|GPU)/,
      not: /Warning/,
    },
    {
      regex:
        /No supported gpu backend found|But your machine only has: \[|You requested gpu: \[|No OpenCL device found|GPU Tree Learner was not enabled|not compiled with (?:GPU|CUDA|ROCm) support|NVIDIA-SMI has failed|Invalid CUDA 'device=|No visible GPU is found|no (?:ROCm|HIP)-capable device|devices? (?:is|are|\(s\) is\/are|\S+) busy or unavailable|Attempting to deserialize object on (?:a )?CUDA device|forward compatibility was attempted on non supported HW|cudaError(?:InsufficientDriver|NoDevice|DevicesUnavailable|InvalidDevice)\b|hipErrorNoDevice|system not yet initialized/,
      weight: 'decisive',
      not: /Warning/,
    },
    {
      regex:
        /(?:Error|Exception|RuntimeError|fatal)\b.*(?:Unable to initialize backend '(?:cuda|gpu|rocm|tpu)'|No visible (?:GPU|TPU)s? devices?|CUDA (?:is )?(?:not available|unavailable)|(?:requires?|needs?|require an?) (?:a |an |at least one )?(?:NVIDIA |CUDA |AMD )?GPU|is_available\(\) (?:is|should be|returned) \w+|doesn't support bf16\/gpu|no (?:GPU|CUDA device)s? (?:was |were )?(?:found|detected|available)|compiled without (?:CUDA|GPU)|GPU (?:was )?not found|no accelerator|built without (?:CUDA|GPU)|NVIDIA driver (?:was )?not)/i,
      weight: 'telling',
      not: /warning|falling back|using cpu|compute capability/i,
    },
    { regex: /^\s*(?:CUDA error 100|.*CUDA error 100: |Found no NVIDIA|Can(?:'t|not) (?:find|access) (?:the )?(?:GPU|NVIDIA))/ },
    {
      regex:
        /CUDA unknown error - this may be due|Expected a cuda device, but got|unable to find (?:any )?GPU|is not a GPU build|requires? (?:a )?CUDA-enabled/,
      not: /Warning/,
    },
  ],
  remedy: () => ({ kind: 'ask', question: 'The job saw no usable GPU. Shall I ask for one, or install a build that fits the driver?' }),
  explain: () => 'The program wanted a GPU and could use none: none was given, the driver is too old, or the build has no GPU support.',
  examples: [
    {
      text: 'Traceback (most recent call last):\n  File "run.py", line 1, in <module>\n    net.cuda()\nAssertionError: Torch not compiled with CUDA enabled',
      line: 4,
    },
    { text: 'RuntimeError: No CUDA GPUs are available', line: 1 },
  ],
  nearMisses: ['UserWarning: CUDA is not available, using cpu\nstep 1 loss 2.0\nstep 2 loss 1.9'],
});
