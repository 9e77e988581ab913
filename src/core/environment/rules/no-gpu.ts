import { defineRules } from '../rule.ts';

const on = { gpu: 'none' } as const;

export default defineRules({
  id: 'no-gpu',
  title: 'Packages that need a GPU, where there is none',
  order: 32,
  rules: [
    {
      id: 'cuda-kernels',
      packages: [
        'flash-attn',
        'mamba-ssm',
        'causal-conv1d',
        'spconv*',
        'cumm*',
        'tiny-cuda-nn',
        'tinycudann',
        'nvdiffrast',
        'diff-gaussian-rasterization',
        'simple-knn',
        'gsplat',
        'transformer-engine*',
        'pycuda',
        'cupy*',
        'apex',
      ],
      when: { gpu: ['none'] },
      verdict: { do: 'block', instead: 'a site with a GPU' },
      why: 'it holds GPU kernels only, and there is no GPU here',
      source: 'https://docs.pytorch.org/docs/stable/cpp_extension.html',
      examples: [
        { asks: 'flash-attn', on },
        { asks: 'cupy-cuda12x', on },
      ],
      nearMisses: [{ asks: 'flash-attn' }, { asks: 'einops', on }],
    },
    {
      id: 'nvidia-services',
      packages: ['nvidia-dali*', 'tensorrt*', 'torch-tensorrt', 'cudf*', 'cuml*', 'cugraph*'],
      when: { gpu: ['none'] },
      verdict: { do: 'block', instead: 'a site with a GPU' },
      why: 'it starts only where an NVIDIA driver is',
      source: 'https://docs.nvidia.com/deeplearning/dali/user-guide/docs/installation.html',
      examples: [{ asks: 'nvidia-dali-cuda110', on }],
      nearMisses: [{ asks: 'nvidia-dali-cuda110' }],
    },
  ],
});
