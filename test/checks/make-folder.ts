import type { CheckExample } from '../../src/core/notebook/check.ts';
import type { FolderFile } from '../../src/core/notebook/folder.ts';

/** The files of a kernel's folder: one script for a text, a notebook for a list of cells. */
export function makeFiles(example: CheckExample): FolderFile[] {
  const notebook = typeof example.code !== 'string';
  const name = notebook ? 'kernel.ipynb' : 'kernel.py';
  const metadata = {
    id: 'ann/tide-model',
    title: 'Tide model',
    code_file: name,
    language: 'python',
    kernel_type: notebook ? 'notebook' : 'script',
    is_private: true,
    enable_gpu: false,
    enable_internet: true,
    dataset_sources: [],
    competition_sources: [],
    kernel_sources: [],
    ...example.metadata,
  };
  const files = {
    'kernel-metadata.json': JSON.stringify(metadata, null, 2),
    [name]: typeof example.code === 'string' ? example.code : makeNotebook(example.code),
    ...example.files,
  };
  return Object.entries(files).map(([path, text]) => ({ path, text, size: Buffer.byteLength(text) }));
}

/** A notebook as Jupyter writes it. */
export function makeNotebook(cells: readonly string[]): string {
  const code = cells.map((source) => ({
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source: source.split(/(?<=\n)/),
  }));
  const kernelspec = { display_name: 'Python 3', language: 'python', name: 'python3' };
  return JSON.stringify(
    { cells: code, metadata: { kernelspec, language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 },
    null,
    1,
  );
}
