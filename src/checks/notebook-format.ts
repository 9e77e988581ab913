import { defineCheck, type Fault } from '../core/notebook/check.ts';
import type { NotebookFolder } from '../core/notebook/folder.ts';

const MAX_SOURCE = 1_000_000;

function judgeNotebook(folder: NotebookFolder, text: string): Fault[] {
  const { notebook } = folder;
  if (notebook === null) {
    return [
      {
        level: 'error',
        message: `${folder.codeFile?.path ?? 'The notebook'} is no JSON object, and a notebook is one.`,
        fix: 'Save it from Jupyter again, or push it as a script.',
      },
    ];
  }
  const faults: Fault[] = [];
  const metadata = notebook['metadata'];
  const spec: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'kernelspec') : undefined;
  const kernel: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'name') : undefined;
  if (typeof kernel !== 'string' || kernel === '') {
    faults.push({
      level: 'error',
      message: 'The notebook names no kernel (metadata.kernelspec.name), and Kaggle runs it by that name.',
      fix: 'Put {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}} into its metadata.',
    });
  }
  if (!Array.isArray(notebook['cells']))
    faults.push({ level: 'error', message: 'The notebook has no list of cells.', fix: 'Save it in the format 4.' });
  else if (folder.cells.length === 0)
    faults.push({ level: 'error', message: 'The notebook has no code cell.', fix: 'Put the code into cells of the type code.' });
  else faults.push(...judgeCells(notebook['cells']));
  if (typeof notebook['nbformat'] !== 'number' || notebook['nbformat'] < 4) {
    faults.push({
      level: 'error',
      message: 'The notebook does not say that it is of format 4 (nbformat).',
      fix: 'Put "nbformat": 4 and "nbformat_minor": 5 beside its cells.',
    });
  }
  if (text.startsWith('\uFEFF'))
    faults.push({ level: 'warning', message: 'The file starts with a byte order mark.', fix: 'Save it as UTF-8 without one.' });
  return faults;
}

function judgeCells(cells: readonly unknown[]): (Fault & { cell: number })[] {
  return cells.flatMap((cell, index) => {
    const type: unknown = typeof cell === 'object' && cell !== null ? Reflect.get(cell, 'cell_type') : undefined;
    const source: unknown = typeof cell === 'object' && cell !== null ? Reflect.get(cell, 'source') : undefined;
    const readable = typeof source === 'string' || (Array.isArray(source) && source.every((line) => typeof line === 'string'));
    if (readable && (type === 'code' || type === 'markdown' || type === 'raw')) return [];
    return [
      {
        level: 'error' as const,
        cell: index + 1,
        message: 'This cell has no cell_type, or no source that is text.',
        fix: 'Give it "cell_type": "code" and its text as source.',
      },
    ];
  });
}

export default defineCheck({
  id: 'notebook-format',
  title: 'Code files that Kaggle cannot take',
  folder: (folder) => {
    const file = folder.codeFile;
    if (file === null) return [];
    if (file.text === null)
      return [
        {
          level: 'error',
          message: `${file.path} is no UTF-8 text${file.size > MAX_SOURCE ? ', or too large' : ''}.`,
          fix: 'Save it as UTF-8.',
        },
      ];
    const faults: Fault[] = [];
    if (file.size > MAX_SOURCE)
      faults.push({
        level: 'error',
        message: `${file.path} has ${String(file.size)} bytes, and Kaggle takes at most 1 MB of source.`,
        fix: 'Clear the outputs, and move data into a dataset.',
      });
    const asNotebook =
      folder.metadata?.['kernel_type'] === 'notebook' || (folder.metadata?.['kernel_type'] !== 'script' && file.path.endsWith('.ipynb'));
    if (asNotebook) faults.push(...judgeNotebook(folder, file.text));
    if (file.text.trim() === '') faults.push({ level: 'error', message: `${file.path} is empty.`, fix: 'Write the code into it.' });
    return faults;
  },
  examples: [
    {
      code: 'x = 1',
      files: {
        'kernel.ipynb':
          '{"cells": [{"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
      },
      metadata: { code_file: 'kernel.ipynb', kernel_type: 'notebook' },
      level: 'error',
    },
    {
      code: 'x = 1',
      files: { 'kernel.ipynb': '{"cells": [{"cell_type": "code", "source": "x' },
      metadata: { code_file: 'kernel.ipynb', kernel_type: 'notebook' },
      level: 'error',
    },
    {
      code: 'x = 1',
      files: {
        'kernel.ipynb':
          '{"cells": [{"cell_type": "code", "source": 3}, {"cell_type": "code", "source": ["x = 1"]}], "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4}',
      },
      metadata: { code_file: 'kernel.ipynb', kernel_type: 'notebook' },
      level: 'error',
      cell: 1,
    },
  ],
  nearMisses: [{ code: ['x = 1', 'print(x)'] }, { code: 'x = 1' }],
});
