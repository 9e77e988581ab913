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
