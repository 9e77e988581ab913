import type { KernelMetadata } from './metadata.ts';
import type { Accelerator } from './quota.ts';

/** Machines that Kaggle no longer has, and what it starts instead without a word. */
const REPLACED: Readonly<Record<string, string>> = { NvidiaTeslaP100: 'NvidiaTeslaT4', TpuV38: 'TpuV5E8', Tpu1VmV38: 'TpuV5E8' };

/** Which week's hours a kernel draws on. A named machine wins over the older switches. */
export function readAccelerator(metadata: Pick<KernelMetadata, 'enable_gpu' | 'enable_tpu' | 'machine_shape'>): Accelerator {
  const shape = metadata.machine_shape ?? '';
  if (/^tpu/i.test(shape)) return 'tpu';
  if (/^nvidia/i.test(shape)) return 'gpu';
  if (metadata.enable_tpu) return 'tpu';
  return metadata.enable_gpu ? 'gpu' : 'none';
}

/** What to know about the machine before a push, in sentences for a person; empty when there is nothing. */
export function warnAboutMachine(metadata: Pick<KernelMetadata, 'enable_gpu' | 'enable_tpu' | 'machine_shape'>): readonly string[] {
  const { machine_shape: shape = '' } = metadata;
  const replaced = REPLACED[shape];
  if (replaced !== undefined) return [`Kaggle has no ${shape} any more and starts ${replaced} instead.`];
  if (shape === '' && metadata.enable_gpu) {
    return [
      'No machine_shape is named, so Kaggle chooses the GPU; it has chosen a P100 before, on which the image’s torch cannot run. Name NvidiaTeslaT4.',
    ];
  }
  if (/^tpu/i.test(shape)) return ['TPU sessions that were pushed by API have run on the ordinary image, without torch_xla.'];
  return [];
}

/** What to tell when a run got another machine than it asked for; null when it did not, or when Kaggle does not say. */
export function compareMachine(asked: string, got: string): string | null {
  return asked === '' || got === '' || asked === got ? null : `It asked for ${asked} and ran on ${got}.`;
}
