import { createRequire } from 'node:module';
import type * as Ruff from '@astral-sh/ruff-wasm-nodejs';
import type { Lint } from '../core/notebook/folder.ts';

const SELECT = ['E9', 'F5', 'F7', 'NPY201'];

/** Returns ruff as a function from Python text to what is wrong in it. The rules are those that find what raises, not style. */
export function createLinter(): (source: string) => readonly Lint[] {
  const ruff = createRequire(import.meta.url)('@astral-sh/ruff-wasm-nodejs') as typeof Ruff;
  const workspace = new ruff.Workspace({ 'target-version': 'py312', lint: { select: SELECT } }, ruff.PositionEncoding.Utf16);
  return (source) =>
    (workspace.check(source) as readonly Ruff.Diagnostic[]).map(({ code, message, start_location: at }) => ({
      code,
      message,
      line: at.row,
    }));
}
