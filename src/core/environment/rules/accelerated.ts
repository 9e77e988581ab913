import { defineRules } from '../rule.ts';

const JAX = 'https://docs.jax.dev/en/latest/installation.html';
const NVIDIA = { gpu: ['nvidia'] } as const;
const amd = { gpu: 'amd' } as const;
const none = { gpu: 'none' } as const;

export default defineRules({
  id: 'accelerated',
  title: 'Packages whose plain wheel computes on the CPU',
  order: 29,
  rules: [
    {
      id: 'jax-cuda',
      packages: ['jax'],
      when: NVIDIA,
      verdict: { do: 'wheel', extras: ['cuda12'] },
      why: 'without the extra cuda12, jax computes on the CPU',
      source: JAX,
      examples: [{ asks: 'jax' }, { asks: 'jax', on: { arch: 'aarch64' } }],
      nearMisses: [{ asks: 'jax', on: amd }, { asks: 'jax', on: none }, { asks: 'flax' }],
    },
    {
      id: 'jax-on-index',
      packages: ['jax', 'jaxlib'],
      when: NVIDIA,
      verdict: { do: 'bound', specifier: '>=0.4.30', always: true },
      why: 'what is older had its CUDA build on a page of its own, and the index has it for the CPU only',
      source: JAX,
      examples: [{ asks: 'jax==0.3.25' }, { asks: 'jaxlib==0.4.13' }],
      nearMisses: [{ asks: 'jax==0.3.25', on: none }, { asks: 'jax==0.4.33' }],
    },
    {
      id: 'jax-rocm',
      packages: ['jax', 'jaxlib'],
      when: { gpu: ['amd'] },
      verdict: { do: 'block', instead: 'an image with JAX for ROCm (rocm/jax), or a site with NVIDIA GPUs' },
      why: 'the wheels on the index are for CUDA and the CPU',
      source: JAX,
      examples: [{ asks: 'jax==0.4.33', on: amd }],
      nearMisses: [{ asks: 'jax' }],
    },
    {
      id: 'jax-cpu',
      packages: ['jax'],
      when: { gpu: ['none'] },
      verdict: { do: 'wheel', extras: [] },
      why: 'there is no GPU here that an extra could serve',
      source: JAX,
      examples: [{ asks: 'jax', on: none }],
      nearMisses: [{ asks: 'jax' }],
    },
    {
      id: 'tensorflow-cuda',
      packages: ['tensorflow'],
      when: { gpu: ['nvidia'], arch: ['x86_64'] },
      verdict: { do: 'wheel', extras: ['and-cuda'] },
      why: 'the extra and-cuda brings the libraries without which tensorflow computes on the CPU; releases before 2.14 do without it',
      source: 'https://www.tensorflow.org/install/pip',
      examples: [{ asks: 'tensorflow>=2.14' }],
      nearMisses: [{ asks: 'tensorflow', on: none }, { asks: 'tensorflow-datasets' }],
    },
  ],
});
