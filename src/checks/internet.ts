import { defineCheck, type Fault } from '../core/notebook/check.ts';
import { isAddress } from '../core/notebook/file-calls.ts';
import { readSwitch, type NotebookFolder } from '../core/notebook/folder.ts';
import { asText } from '../core/notebook/outside.ts';

const NETWORK =
  /^(requests\.(get|post|request|Session\.get)|urllib\.request\.(urlopen|urlretrieve)|httpx\.get|yfinance\.download|yfinance\.Ticker\.history|pandas_datareader\.(data\.)?(DataReader|get_data_\w+)|fredapi\.Fred\.get_series\w*|wget\.download|gdown\.download|datasets\.load_dataset|huggingface_hub\.\w+_download|nltk\.download|openml\.\w+\.get_\w+|transformers\.\w+\.from_pretrained|sentence_transformers\.SentenceTransformer)$/;

function refuse(folder: NotebookFolder, what: string, line?: number): Fault | null {
  if (readSwitch(folder, 'enable_internet', true)) return null;
  return {
    level: 'error',
    raises: 'ConnectionError',
    message: `${what} needs the network, and enable_internet is false.`,
    fix: 'Set enable_internet to true, or bring the data in a dataset.',
    ...(line === undefined ? {} : { line }),
  };
}

export default defineCheck({
  id: 'internet',
  title: 'Use of the network with the network off',
  rules: {
    call: (event) => {
      const first = asText(event.args[0]);
      if (/from_pretrained$|SentenceTransformer$/.test(event.path) && (first === null || first.startsWith('/') || first.startsWith('.')))
        return null;
      const address = event.path.startsWith('pandas.read_') && first !== null && isAddress(first);
      return NETWORK.test(event.path) || address ? refuse(event.folder, event.path.split('.').slice(-2).join('.')) : null;
    },
  },
  folder: (folder) => {
    const line = folder.shellLines.find(
      (one) => /^(pip|pip3|conda|wget|curl|git clone|apt(-get)?) /.test(one.trim()) && !/--no-index|--find-links|\/kaggle\/input/.test(one),
    );
    const fault = line === undefined ? null : refuse(folder, `“${line.trim().slice(0, 60)}”`);
    // A shell line that fails does not stop the notebook; what it was for is judged where it is used.
    return fault === null ? [] : [{ ...fault, level: 'warning' }];
  },
  examples: [
    { code: "import yfinance as yf\nd = yf.download('GLD')", line: 2, level: 'error', metadata: { enable_internet: 'false' } },
    { code: "import requests\nr = requests.get('https://example.org')", line: 2, level: 'error', metadata: { enable_internet: false } },
    { code: ['!pip install -q ruptures'], level: 'warning', metadata: { enable_internet: false } },
  ],
  nearMisses: [
    { code: "import yfinance as yf\nd = yf.download('GLD')" },
    {
      code: "import yfinance as yf\ntry:\n    d = yf.download('GLD')\nexcept Exception:\n    d = None",
      metadata: { enable_internet: false },
    },
    { code: ['!pip install --no-index --find-links=/kaggle/input/wheels ruptures'], metadata: { enable_internet: false } },
  ],
});
