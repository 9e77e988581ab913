import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { isAddress, pathRead } from '../core/notebook/file-calls.ts';
import type { NotebookFolder } from '../core/notebook/folder.ts';

const ELSEWHERE = /^([A-Za-z]:[\\/]|\/(Users|content|mnt|home|workspace|data)\/|~\/)/;

/** Whether the notebook itself names the file in another place, as it does where it writes it. */
function isWritten(folder: NotebookFolder, name: string): boolean {
  const rest = folder.source.split(name).length - 1;
  const shell = folder.shellLines.some((line) => /wget|curl|unzip|git clone|tar |kaggle|gdown|cp |mv /.test(line));
  return (
    rest > 1 ||
    shell ||
    /extractall|urlretrieve|git.{1,20}clone|\.write\(|%%writefile|writefile/.test(folder.source) ||
    folder.source.includes('os.chdir')
  );
}

function judge(folder: NotebookFolder, path: string): Fault | null {
  if (isAddress(path) || path.startsWith('/kaggle/')) return null;
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const fix = 'Attach the file as a dataset and read it below /kaggle/input.';
  if (ELSEWHERE.test(path) && !isWritten(folder, path))
    return { level: 'error', raises: 'FileNotFoundError', message: `${path} is a place on another computer.`, fix };
  if (
    path.startsWith('/') ||
    path.startsWith('../input') ||
    !/\.(csv|parquet|xlsx?|json|pkl|joblib|feather|npy|npz|pt|pth|h5|txt)$/i.test(path) ||
    isWritten(folder, name)
  )
    return null;
  return {
    level: 'error',
    raises: 'FileNotFoundError',
    message: `${path} would have to be in /kaggle/working, and nothing in the notebook writes it. Only the code file is pushed.`,
    fix,
  };
}

export default defineCheck({
  id: 'local-paths',
  title: 'Files that only another computer has',
  rules: {
    call: (event) => {
      const path = pathRead(event);
      return path === null ? null : judge(event.folder, path);
    },
  },
  examples: [
    { code: "import pandas as pd\nd = pd.read_csv('C:/Users/ann/waves.csv')", line: 2, level: 'error' },
    { code: "import pandas as pd\nd = pd.read_csv('data/processed/waves.csv')", line: 2, level: 'error' },
    { code: "import json\nwith open('config.json') as handle:\n    settings = json.load(handle)", line: 2, level: 'error' },
    { code: "import pandas as pd\nd = pd.read_parquet('/content/drive/MyDrive/waves.parquet')", line: 2, level: 'error' },
  ],
  nearMisses: [
    { code: "import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('waves.csv')\nd = pd.read_csv('waves.csv')" },
    { code: "import pandas as pd\nd = pd.read_csv('https://example.org/waves.csv')" },
    { code: "import os\nimport pandas as pd\nROOT = '/content' if os.path.exists('/content') else '/kaggle/working'\nprint(ROOT)" },
    { code: "import json\nwith open('result.json', 'w') as handle:\n    json.dump({'a': 1}, handle)" },
    {
      code: "import pandas as pd\ntry:\n    d = pd.read_csv('data/waves.csv')\nexcept FileNotFoundError:\n    d = pd.DataFrame({'a': [1]})",
    },
  ],
});
