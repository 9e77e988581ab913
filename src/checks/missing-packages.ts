import { defineCheck } from '../core/notebook/check.ts';
import { readSwitch, type NotebookFolder } from '../core/notebook/folder.ts';
import { ABSENT, IMAGE } from '../core/notebook/image.ts';

/** Whether the notebook installs a package: in a shell line, or by a call that names it beside pip. */
function isInstalled(folder: NotebookFolder, name: string, distribution: string): boolean {
  const wanted = [name, distribution].map((one) => one.toLowerCase().replaceAll('_', '-'));
  const lines = [...folder.shellLines, ...linesOf(folder).filter((line) => /pip|install/.test(line)), ...listInstallers(linesOf(folder))];
  return lines.some((line) => wanted.some((one) => line.toLowerCase().replaceAll('_', '-').includes(one)));
}

/** The code without its imports, which name packages and install none. */
function linesOf(folder: NotebookFolder): string[] {
  return folder.source.split('\n').filter((line) => !/^\s*(import|from)\s/.test(line));
}

/** The lines around a call of pip: the package may stand on another line, or in a list before it. */
function listInstallers(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) =>
    /['"]install['"]|pip install|pip\.main|def \w*install|subprocess/.test(line) ? lines.slice(Math.max(0, index - 12), index + 13) : [],
  );
}

export default defineCheck({
  id: 'missing-packages',
  title: 'Packages that the image lacks and nothing installs',
  rules: {
    import: ({ folder, module }) => {
      const top = module.split('.')[0] ?? '';
      const distribution = ABSENT.get(top);
      if (distribution === undefined) return null;
      const installed = isInstalled(folder, top, distribution);
      if (installed && readSwitch(folder, 'enable_internet', true)) return null;
      return {
        level: 'error',
        raises: 'ModuleNotFoundError',
        message: installed
          ? `${top} is not in the image, and pip cannot fetch it while enable_internet is false.`
          : `${top} is not in the image (${IMAGE.name} of ${IMAGE.date}), and nothing installs it.`,
        fix: installed
          ? 'Set enable_internet to true, or bring the wheel in a dataset.'
          : `Put %pip install -q ${distribution} in a cell before the import; in a script run pip by subprocess.`,
      };
    },
  },
  examples: [
    { code: ['import numpy as np', 'from hmmlearn.hmm import GaussianHMM'], cell: 2, line: 1, level: 'error' },
    { code: 'import fredapi', line: 1, level: 'error' },
    { code: ['!pip install -q ruptures', 'import ruptures as rpt'], cell: 2, level: 'error', metadata: { enable_internet: false } },
  ],
  nearMisses: [
    { code: ['!pip install -q hmmlearn', 'from hmmlearn.hmm import GaussianHMM'] },
    {
      code: "import subprocess, sys\ntry:\n    import fredapi\nexcept ImportError:\n    subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-q', 'fredapi'])\n    import fredapi",
    },
    {
      code: "import subprocess\nimport sys\nfor package in ['hmmlearn', 'fredapi']:\n    subprocess.run([sys.executable, '-m', 'pip', 'install', package])\nimport hmmlearn",
    },
    { code: 'try:\n    import pandas_ta\n    HAS = True\nexcept ImportError:\n    HAS = False' },
    { code: 'import xgboost, lightgbm, optuna, catboost, shap, yfinance, statsmodels' },
  ],
});
