import { describe, expect, it } from 'vitest';
import { compareMachine, readAccelerator, warnAboutMachine } from '../../../src/core/kaggle/accelerators.ts';

const off = { enable_gpu: false, enable_tpu: false };

describe('the machine of a kernel', () => {
  it.each([
    [off, 'none'],
    [{ ...off, enable_gpu: true }, 'gpu'],
    [{ ...off, enable_tpu: true }, 'tpu'],
    [{ ...off, machine_shape: 'NvidiaL4' }, 'gpu'],
    [{ ...off, enable_gpu: true, machine_shape: 'TpuV5E8' }, 'tpu'],
    [{ ...off, machine_shape: '' }, 'none'],
  ] as const)('%j draws on the hours of: %s', (metadata, accelerator) => {
    expect(readAccelerator(metadata)).toBe(accelerator);
  });

  it.each([
    [{ ...off, machine_shape: 'NvidiaTeslaP100' }, 'starts NvidiaTeslaT4 instead'],
    [{ ...off, enable_gpu: true }, 'Kaggle chooses the GPU'],
    [{ ...off, machine_shape: 'TpuV5E8' }, 'without torch_xla'],
  ])('is warned of: %j', (metadata, warning) => {
    expect(warnAboutMachine(metadata)).toEqual([expect.stringContaining(warning)]);
  });

  it('is silent where there is nothing to say', () => {
    expect(warnAboutMachine(off)).toEqual([]);
    expect(warnAboutMachine({ ...off, enable_gpu: true, machine_shape: 'NvidiaTeslaT4' })).toEqual([]);
    expect(compareMachine('NvidiaL4', 'NvidiaL4')).toBeNull();
    expect(compareMachine('', 'NvidiaL4')).toBeNull();
    expect(compareMachine('NvidiaTeslaP100', 'NvidiaTeslaT4')).toBe('It asked for NvidiaTeslaP100 and ran on NvidiaTeslaT4.');
  });
});
