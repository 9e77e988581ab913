import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createKaggleBackend, type KaggleBackend } from '../../../src/backends/kaggle/index.ts';
import type { TransportOptions } from '../../../src/backends/kaggle/transport.ts';
import { KernelMetadata } from '../../../src/core/kaggle/metadata.ts';
import { startKaggleStandIn, type KaggleStandIn, type KaggleStandInOptions } from '../../../src/stand-ins/kaggle/server.ts';

/** A time that only a test moves. */
export class HandClock {
  #time = Date.parse('2026-11-25T10:00:00Z');
  readonly now = (): number => this.#time;

  move(seconds: number): void {
    this.#time += seconds * 1000;
  }
}

/** A stand-in that ends with the test. */
export async function startKaggle(options: KaggleStandInOptions = {}): Promise<KaggleStandIn> {
  const kaggle = await startKaggleStandIn(options);
  onTestFinished(() => kaggle.close());
  return kaggle;
}

/** Our client, in no hurry and without patience for long waits. */
export function connect(kaggle: KaggleStandIn, options: Partial<TransportOptions> = {}): KaggleBackend {
  return createKaggleBackend({
    credentials: { kind: 'token', token: kaggle.account.token },
    apiUrl: `${kaggle.url}/v1`,
    pace: { intervalMs: 0, patienceMs: 0, wait: async () => {} },
    ...options,
  });
}

export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kaggle-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Metadata of a small Python script, `ada/small-script` unless told. */
export function describeScript(changes: Readonly<Record<string, unknown>> = {}): KernelMetadata {
  const plain = { id: 'ada/small-script', title: 'Small script', code_file: 'main.py', language: 'python', kernel_type: 'script' };
  return KernelMetadata.parse({ ...plain, enable_internet: false, ...changes });
}

/** A notebook of code cells. */
export function makeNotebook(...cells: readonly string[]): string {
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  return JSON.stringify({
    cells: cells.map((source) => ({
      cell_type: 'code',
      source: source.split(/(?<=\n)/),
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
    metadata: { kernelspec },
    nbformat: 4,
    nbformat_minor: 5,
  });
}

/** A submission that nobody has announced. */
export function submission(source: string, changes: Readonly<Record<string, unknown>> = {}, token = 'tok-1') {
  return { metadata: describeScript(changes), source, token, announcedAt: null };
}
