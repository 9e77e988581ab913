import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { hasGpu, readSwitch, type NotebookFolder } from '../core/notebook/folder.ts';
import { IMAGE } from '../core/notebook/image.ts';
import { asText } from '../core/notebook/outside.ts';

const USES =
  /\bcuda\b|\bgpu\b|gpu_hist|\.to\(\s*device|accelerator|\bcudf\b|\bcuml\b|\bcupy\b|tensorflow|keras|\bjax\b|pytorch_lightning|transformers/i;

function judgeFolder(folder: NotebookFolder): Fault[] {
  if (folder.metadata === null || folder.source === '') return [];
  const shape = folder.metadata['machine_shape'];
  const torch = /^\s*(import|from) torch\b/m.test(folder.source);
  if (hasGpu(folder) && !USES.test(folder.source) && !torch)
    return [
      {
        level: 'warning',
        message: 'The kernel asks for a GPU, and nothing in the code uses one: it takes from the weekly quota.',
        fix: 'Set enable_gpu to false.',
      },
    ];
  if (
    torch &&
    (shape === 'NvidiaTeslaP100' || (readSwitch(folder, 'enable_gpu', false) && (shape === undefined || shape === ''))) &&
    /cuda/.test(folder.source)
  ) {
    return [
      {
        level: 'warning',
        message: `A P100, which enable_gpu alone may give, cannot run torch ${IMAGE.versions.torch} of the image: the first GPU operation fails with “no kernel image is available”.`,
        fix: 'Set machine_shape to NvidiaTeslaT4.',
      },
    ];
  }
  return [];
}

export default defineCheck({
  id: 'gpu',
  title: 'GPU asked for and not used, or used and not asked for',
  folder: judgeFolder,
  rules: {
    call: (event) => {
      if (hasGpu(event.folder)) return null;
      const device = asText(event.args[0] ?? event.keywords.get('device'));
      const moves = /(^|\.)cuda$/.test(event.path) && event.self !== null;
      const named =
        /(^torch\.(tensor|zeros|ones|randn|empty|rand|full|arange)|\.to)$/.test(event.path) &&
        (asText(event.keywords.get('device')) ?? device)?.startsWith('cuda') === true;
      if (!(moves || named || /^(cudf|cuml|cupy)\./.test(event.path))) return null;
      return {
        level: 'error',
        raises: 'RuntimeError',
        message: 'This needs a GPU, and enable_gpu is false.',
        fix: 'Set enable_gpu to true, or choose the device by torch.cuda.is_available().',
      };
    },
  },
  examples: [
    { code: 'import pandas as pd\nprint(pd.DataFrame({"a": [1]}))', metadata: { enable_gpu: true }, level: 'warning' },
    { code: 'import torch.nn as nn\nm = nn.Linear(2, 1).cuda()', line: 2, level: 'error' },
    { code: "import torch\nx = torch.zeros(3, device='cuda')", line: 2, level: 'error' },
    { code: "import torch\nprint(torch.zeros(3).to('cuda'))", metadata: { enable_gpu: true }, level: 'warning' },
  ],
  nearMisses: [
    {
      code: "import torch\nimport torch.nn as nn\ndevice = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\nm = nn.Linear(2, 1).to(device)\nif torch.cuda.is_available():\n    m = m.cuda()",
    },
    {
      code: "import torch\nimport torch.nn as nn\nm = nn.Linear(2, 1).to('cuda')",
      metadata: { enable_gpu: true, machine_shape: 'NvidiaTeslaT4' },
    },
    { code: "import xgboost as xgb\nm = xgb.XGBRegressor(device='cuda')", metadata: { enable_gpu: true } },
  ],
});
