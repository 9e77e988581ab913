import { describe, expect, it } from 'vitest';
import { findAssetSigns } from '../../../src/core/repo-map/assets/asset-signs.ts';
import { readSources } from '../../../src/core/repo-map/sources.ts';
import { mapFiles, notebook, repository } from './helpers.ts';

const assets = (files: Record<string, string>) =>
  mapFiles(files).assets.map(
    (item) =>
      `${item.kind} ${item.source} ${item.reference}${item.present ? ' present' : ''}${item.madeBy === undefined ? '' : ` by ${item.madeBy}`}`,
  );
const program = (body: string) => `${body}\nif __name__ == '__main__': pass\n`;

const kinds: Record<string, { files: Record<string, string>; expected: string[] }> = {
  'an opened file': {
    files: { 'a.py': program("text = open('input.txt').read()"), 'input.txt': 'x' },
    expected: ['dataset in-repository input.txt present'],
  },
  'a missing file behind a constant and a join': {
    files: { 'a.py': program("import os, numpy as np\nROOT = 'data'\nx = np.load(os.path.join(ROOT, 'x.npy'))") },
    expected: ['dataset path data/x.npy'],
  },
  'a default argument': {
    files: {
      'a.py': program("import argparse\np = argparse.ArgumentParser()\np.add_argument('--data', default='./data/wiki')"),
      'data/wiki/train.txt': 'x',
    },
    expected: ['dataset in-repository ./data/wiki present'],
  },
  weights: { files: { 'a.py': program("import torch\nm = torch.load('weights/best.pth')") }, expected: ['weights path weights/best.pth'] },
  'what another program makes': {
    files: {
      'train.py': program("import torch\nd = torch.load('data.pt')"),
      'make.py': program("import torch\ntorch.save(d, open('data.pt', 'wb'))"),
    },
    expected: ['weights path data.pt by make.py'],
  },
  torchvision: {
    files: {
      'a.py': program(
        "from torchvision import datasets, models\nd = datasets.MNIST('../data', download=True)\nm = models.resnet18(pretrained=True)",
      ),
    },
    expected: ['dataset torchvision torchvision MNIST', 'weights torchvision torchvision resnet18'],
  },
  'Hugging Face': {
    files: {
      'a.py': program(
        "from datasets import load_dataset\nfrom transformers import AutoModel\nd = load_dataset('glue', 'mrpc')\nm = AutoModel.from_pretrained('bert-base-uncased')",
      ),
    },
    expected: ['dataset huggingface glue', 'weights huggingface bert-base-uncased'],
  },
  'download lines': {
    files: {
      'get.sh': 'wget -q https://example.org/d.zip\nkaggle competitions download -c titanic\n',
      'README.md': 'curl -O https://example.org/best.pth\n',
      'a.ipynb': notebook('!gdown https://drive.google.com/uc?id=12345'),
    },
    expected: [
      'other google-drive https://drive.google.com/uc?id=12345',
      'weights url https://example.org/best.pth',
      'dataset url https://example.org/d.zip',
      'dataset kaggle titanic',
    ],
  },
  'addresses that the source writes down': {
    files: {
      'a.py': program(
        "ROOT = 'https://example.org/models/'\nSMALL = ROOT + 'small.th'\nURLS = {'big': 'https://example.org/big.pth', 'page': 'https://example.org/about'}\n# OLD = 'https://example.org/old.pth'\nprint(f'{ROOT}wide.pth')",
      ),
    },
    expected: [
      'weights url https://example.org/models/small.th',
      'weights url https://example.org/big.pth',
      'weights url https://example.org/models/wide.pth',
    ],
  },
  'places that the configuration of the command names': {
    files: {
      'README.md': '```\npython train.py conf/run.yaml\n```\n',
      'conf/run.yaml':
        'data:\n  path: data/moons\n  size: 3\nmodel:\n  pretrained_name: owner/moon-base\ntraining:\n  out_dir: out/moons\n',
      'conf/other.yaml': 'data:\n  path: data/suns\n',
      'train.py':
        'import argparse\np = argparse.ArgumentParser()\np.add_argument("config")\nargs = p.parse_args()\nif __name__ == "__main__":\n    loss.backward()\n',
    },
    expected: ['dataset path data/moons', 'weights huggingface owner/moon-base'],
  },
  'places that settings name': {
    files: {
      'settings.py':
        "class Paths:\n    def __init__(self):\n        self.DATASET_PATH = './datasets/moons/'\n        self.RESULT_PATH = './results/moons/'\n",
      'load.py': "import os\nIMAGE_DIR = 'made/images'\nos.makedirs(IMAGE_DIR)\n",
      'train.py': program('from settings import Paths\nloss.backward()'),
    },
    expected: ['dataset path ./datasets/moons/'],
  },
  'no data': {
    files: {
      'README.md':
        'See https://huggingface.co/settings/tokens and https://storage.googleapis.com/wheels/index.html and `aws s3 cp s3://<yours> .`\n',
      'c.py': program("import shutil, torch\nfrom tools import load_dataset\nload_dataset('moons')\nshutil.copyfile(name, 'best.pth')"),
      'b.py': program("from moons import Moon\nMoon.from_pretrained('moon-b0')"),
      Dockerfile: 'RUN curl -sSL https://sdk.cloud.google.com | bash\n',
      'a.py': program("import os, json\nos.listdir('./')\nos.listdir('results/')\njson.load(open('config.json'))"),
    },
    expected: [],
  },
  libraries: {
    files: {
      'a.py': program(
        "import torch, torchaudio, kagglehub, tensorflow as tf\nimport tensorflow_datasets as tfds\nfrom sklearn.datasets import load_iris\ntf.keras.datasets.mnist.load_data()\ntfds.load('svhn')\nload_iris()\ntorchaudio.datasets.YESNO('.')\ntorch.hub.load('owner/zoo', 'tiny')\nkagglehub.dataset_download('someone/rivers')",
      ),
    },
    expected: [
      'dataset library keras mnist',
      'dataset library tfds svhn',
      'dataset library scikit-learn load_iris',
      'dataset library torchaudio YESNO',
      'weights torch-hub owner/zoo tiny',
      'dataset kaggle someone/rivers',
    ],
  },
  'links and commands of documents': {
    files: {
      'README.md':
        '[weights](https://zenodo.org/record/123/files/best.pth) and [data](https://www.dropbox.com/s/abc/train.zip?dl=1)\n\nhf download owner/set --repo-type dataset\naws s3 cp s3://bucket/rivers.tar .\ngit clone https://huggingface.co/owner/model\nhttps://huggingface.co/datasets/owner/other\nhttps://www.kaggle.com/c/some-cup/data\nwget https://repo.anaconda.com/miniconda/Miniconda3.sh\n[code](https://github.com/o/n/archive/main.zip)\n',
    },
    expected: [
      'weights url https://zenodo.org/record/123/files/best.pth',
      'dataset url https://www.dropbox.com/s/abc/train.zip?dl=1',
      'dataset huggingface owner/set',
      'dataset cloud-storage s3://bucket/rivers.tar',
      'weights huggingface owner/model',
      'dataset huggingface owner/other',
      'dataset kaggle some-cup',
    ],
  },
  'a name of the hub as a default': {
    files: {
      'a.py': program("import argparse\np = argparse.ArgumentParser()\np.add_argument('--model_name_or_path', default='owner/small')"),
    },
    expected: ['weights huggingface owner/small'],
  },
  'nothing for what is only written': { files: { 'a.py': program("open('out/log.txt', 'w').write('x')") }, expected: [] },
};

describe('findAssets', () => {
  it.each(Object.entries(kinds))('%s', (_name, { files, expected }) => {
    expect(assets(files)).toEqual(expected);
  });

  it('looks closer only at calls whose name is written down', () => {
    const files = {
      'a.py': 'model = Model.from_pretrained(args.model_name)\n',
      'b.py': 'data = load_dataset(config["name"])\n',
      'c.py': "model = Model.from_pretrained('owls/base')\n",
      'd.py': 'load_dataset(path="owls/nests")\n',
    };
    const named = readSources(repository(files)).all.filter((source) => findAssetSigns(source).length > 0);
    expect(named.map((source) => source.file.path)).toEqual(['c.py', 'd.py']);
    expect(assets(files)).toHaveLength(2);
  });

  it('names no default that the command replaces', () => {
    const train = program(
      "import argparse\np = argparse.ArgumentParser()\np.add_argument('--data_dir', default='data/owls')\nloss.backward()",
    );
    const readme = (command: string) => `\`\`\`\n${command}\n\`\`\`\n`;
    const names = (command: string) => mapFiles({ 'train.py': train, 'README.md': readme(command) }).assets.map((asset) => asset.reference);
    expect(names('python train.py')).toEqual(['data/owls']);
    expect(names('python train.py --data_dir nests')).toEqual([]);
  });

  it('says which program must run first', () => {
    const map = mapFiles({
      LICENSE: 'MIT License',
      'x/train.py': program("import torch\nd = torch.load('data.pt')\nloss.backward()"),
      'x/generate_data.py': "import torch\nfor i in range(3): pass\ntorch.save(d, open('data.pt', 'wb'))\n",
    });
    expect(map.entries[0]?.preparations).toEqual([{ argv: ['python', 'generate_data.py'], cwd: 'x', why: 'writes data.pt' }]);
    expect(map.redFlags).toEqual([]);
  });

  it('raises a flag for a file that nobody makes, with the line that reads it', () => {
    const map = mapFiles({ LICENSE: 'MIT License', 'train.py': program("loss.backward()\nx = open('data/train.csv')") });
    expect(map.redFlags).toEqual([
      {
        what: 'Reads data/train.csv, which is not in the repository',
        evidence: [{ file: 'train.py', line: 2, text: "x = open('data/train.csv')" }],
      },
    ]);
  });

  it('states sizes, places and gates where they are known', () => {
    const map = mapFiles({
      LICENSE: 'MIT License',
      'README.md':
        'wget https://x.org/rivers.zip -O data/rivers.zip (3.4 GB)\n\n    python train.py --model_name_or_path meta-llama/Llama-2-7b-hf\n\nkaggle competitions download -c some-cup\n',
      'train.py': program("from torchvision import datasets\nd = datasets.ImageNet('data')"),
    });
    expect(map.assets.map(({ reference, size, expectedAt, gated }) => [reference, size, expectedAt, gated])).toEqual([
      ['torchvision ImageNet', undefined, 'data', 'ImageNet is given out by its owners on request only'],
      ['meta-llama/Llama-2-7b-hf', undefined, null, "Meta's licence must be accepted on Hugging Face"],
      ['https://x.org/rivers.zip', '3.4 GB', 'data/rivers.zip', undefined],
      ['some-cup', undefined, null, "a Kaggle account that accepted the competition's rules"],
    ]);
    expect(map.redFlags.map((flag) => flag.what)).toEqual([
      expect.stringMatching(/^Needs permission: torchvision ImageNet .*Llama-2-7b-hf/),
    ]);
  });

  it('misses what the command names, not the default that it replaces', () => {
    const map = mapFiles({
      LICENSE: 'MIT License',
      'README.md': '```\npython train.py --data_path data/moons\n```\n',
      'train.py': program(
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--data_path', default='/path/of/mine/suns')\np.parse_args()\nloss.backward()",
      ),
    });
    expect(map.assets.map(({ reference, evidence }) => [reference, evidence[0]?.file])).toEqual([['data/moons', 'README.md']]);
    expect(map.redFlags.map((flag) => flag.what).filter((what) => what.startsWith('Reads'))).toEqual([]);
  });

  it('flags a submodule that is empty', () => {
    const modules = '[submodule "ops"]\n\tpath = third_party/ops\n\turl = https://x.org/ops\n[submodule "b"]\n\tpath = lib/b\n';
    const map = mapFiles({ LICENSE: 'MIT License', '.gitmodules': modules, 'lib/b/x.txt': 'x' });
    expect(map.redFlags).toMatchObject([
      { what: 'Needs the submodule third_party/ops, whose folder is empty', evidence: [{ file: '.gitmodules', line: 2 }] },
    ]);
  });
});
