import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WorkspaceData } from './state.ts';

/** Reads a saved workspace; undefined when there is none yet. Throws when the file is there but cannot be used. */
export function loadWorkspace(path: string): WorkspaceData | undefined {
  if (!existsSync(path)) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`loading the workspace from ${path}: it is not valid JSON. Move the file away to start with an empty workspace.`, {
      cause,
    });
  }
  const isWorkspace = typeof data === 'object' && data !== null && (data as { version?: unknown }).version === 1;
  if (!isWorkspace)
    throw new Error(
      `loading the workspace from ${path}: it is not a workspace of version 1. Move the file away to start with an empty one.`,
    );
  return data as WorkspaceData;
}

/** Saves the workspace a moment after it changed, as a whole: a reader sees the old file or the new one, never half of one. */
export class Saver {
  readonly #path: string;
  readonly #read: () => WorkspaceData;
  readonly #delay: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, read: () => WorkspaceData, delay: number) {
    this.#path = path;
    this.#read = read;
    this.#delay = delay;
  }

  /** Notes that something changed. */
  schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, this.#delay);
  }

  /** Writes what is not written yet and waits for it. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }
    await this.#writing;
  }

  // A disk that refuses does not end the console: the next change tries again.
  async #write(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const part = `${this.#path}.part`;
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(this.#read()));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, this.#path);
    } catch (error) {
      process.stderr.write(`saving the workspace to ${this.#path}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
