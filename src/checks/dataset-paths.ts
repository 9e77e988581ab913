import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { pathRead } from '../core/notebook/file-calls.ts';
import { listSources } from '../core/notebook/folder.ts';
import type { NotebookFolder } from '../core/notebook/folder.ts';
import { findInput, insideInput, judgeInput } from '../core/notebook/inputs.ts';

function judge(folder: NotebookFolder, path: string): Fault | null {
  const inside = insideInput(path);
  if (inside === null) return null;
  const { verdict, mount } = judgeInput(folder, inside);
  if (verdict === 'undeclared') {
    const declared = ['dataset_sources', 'kernel_sources', 'competition_sources', 'model_sources'].flatMap((key) =>
      listSources(folder, key),
    );
    const has = declared.length === 0 ? 'The metadata attaches nothing.' : `The metadata attaches ${declared.slice(0, 5).join(', ')}.`;
    return {
      level: 'error',
      raises: 'FileNotFoundError',
      message: `${path} belongs to no source of kernel-metadata.json. ${has}`,
      fix: 'Add the dataset to dataset_sources as owner/slug, or read from one that is attached.',
    };
  }
  if (mount === null) return null;
  const holds = folder.files.some((file) => file.path.startsWith(`inputs/${mount.slug}/`));
  if (holds && !/[*?[]/.test(path) && /\.\w{1,8}$/.test(path) && findInput(folder, path) === null) {
    return {
      level: 'error',
      raises: 'FileNotFoundError',
      message: `${mount.source} holds no ${path.slice(path.lastIndexOf('/') + 1)}: it is not among its files in inputs/${mount.slug}.`,
      fix: 'Read a file that the source holds, or bring inputs/ up to date.',
    };
  }
  if (verdict !== 'wrong-layout') return null;
  return {
    level: 'warning',
    message: `${path} is where older runs had ${mount.source}; runs that are pushed by API may have it at /kaggle/input/${mount.places[0] ?? ''}.`,
    fix: 'Look for the file below /kaggle/input instead of naming the whole path, for example with Path("/kaggle/input").rglob(name).',
  };
}

const META = { dataset_sources: ['ann/tide-tables'] };

export default defineCheck({
  id: 'dataset-paths',
  title: 'Paths below /kaggle/input belong to an attached source',
  rules: {
    call: (event) => {
      const path = pathRead(event);
      return path === null ? null : judge(event.folder, path);
    },
  },
  examples: [
    { code: "import pandas as pd\ntides = pd.read_csv('/kaggle/input/moon-phases/phases.csv')", line: 2, level: 'error', metadata: META },
    {
      code: "import pandas as pd\nROOT = '../input/moon-phases'\ndef load():\n    return pd.read_csv(f'{ROOT}/phases.csv')\nload()",
      line: 4,
      level: 'error',
    },
    { code: "import pandas as pd\nt = pd.read_csv('/kaggle/input/tide-tables/bergen.csv')", line: 2, level: 'warning', metadata: META },
    {
      code: "import pandas as pd\nt = pd.read_csv('/kaggle/input/datasets/ann/tide-tables/oslo.csv')",
      line: 2,
      level: 'error',
      metadata: META,
      files: { 'inputs/tide-tables/bergen.csv': 'time,level\n' },
    },
    {
      code: "import pandas as pd\ntry:\n    t = pd.read_csv('/kaggle/input/moon/phases.csv')\nexcept Exception as error:\n    print(error)\n    raise",
      line: 3,
      level: 'error',
    },
  ],
  nearMisses: [
    { code: "import pandas as pd\nt = pd.read_csv('/kaggle/input/datasets/ann/tide-tables/bergen.csv')", metadata: META },
    {
      code: "import os\nimport pandas as pd\np = '/kaggle/input/moon/phases.csv'\nif os.path.exists(p):\n    t = pd.read_csv(p)\nelse:\n    t = pd.DataFrame({'a': [1]})",
    },
    {
      code: "import pandas as pd\ntry:\n    t = pd.read_csv('/kaggle/input/moon/phases.csv')\nexcept FileNotFoundError:\n    t = pd.DataFrame({'a': [1, 2]})",
    },
    { code: "import glob\nimport pandas as pd\nt = pd.read_csv(glob.glob('/kaggle/input/**/phases.csv', recursive=True)[0])" },
    { code: "import os\nfor folder, _, names in os.walk('/kaggle/input'):\n    print(folder, names)" },
    {
      code: "import pandas as pd\nt = pd.read_csv('/kaggle/input/datasets/ann/tide-tables/b.csv')",
      metadata: { dataset_sources: ['ann/tide-tables/3'] },
    },
    {
      code: "import pandas as pd\nt = pd.read_csv('/kaggle/input/competitions/titanic/train.csv')",
      metadata: { competition_sources: ['titanic'] },
    },
  ],
});
