import { describe, expect, it } from 'vitest';
import { readInstallLine } from '../../../src/core/repo-map/declared/install-lines.ts';
import { fromPoetry } from '../../../src/core/repo-map/declared/poetry-versions.ts';
import { parseRequirement } from '../../../src/core/repo-map/declared/requirement.ts';
import { distributionOf } from '../../../src/core/repo-map/dependencies/distributions.ts';
import { firstEntry, mapFiles } from './helpers.ts';

const declared = (files: Record<string, string>) => mapFiles(files).dependencies.map((item) => `${item.name}${item.specifier}`);

describe('the formats in which requirements are written', () => {
  const formats: Record<string, { files: Record<string, string>; expected: string[] }> = {
    'requirements.txt with includes, options and links': {
      files: {
        'requirements.txt': `--extra-index-url https://example.org/whl
-r more/base.txt
-c limits.txt
torch>=1.9,<2 ; python_version < '3.12'
Pillow == 9.1.0  # pictures
git+https://example.org/x/Some_Lib.git#egg=Some_Lib
tqdm[notebook]~=4.60
pywin32; sys_platform == 'win32'
-e .
`,
        'more/base.txt': 'NumPy\n-r ../requirements.txt\n',
        'limits.txt': 'numpy<1.24\n',
      },
      expected: ['numpy<1.24', 'torch>=1.9,<2', 'pillow==9.1.0', 'some-lib', 'tqdm~=4.60'],
    },
    'setup.py with a list behind a name': {
      files: { 'setup.py': `from setuptools import setup\nneeds = ['torch>=1.0', 'scipy']\nsetup(name='thing', install_requires=needs)\n` },
      expected: ['torch>=1.0', 'scipy'],
    },
    'setup.py that reads a file': {
      files: {
        'setup.py': `from setuptools import setup\nsetup(name='thing', install_requires=open('reqs/needed-requirements.txt').read().split())\n`,
        'reqs/needed-requirements.txt': 'h5py==3.1\n',
      },
      expected: ['h5py==3.1'],
    },
    'setup.cfg': {
      files: {
        'setup.cfg':
          '[metadata]\nname = thing\n[options]\ninstall_requires =\n    einops>=0.3\n    pandas\n[options.extras_require]\ndev = pytest\n',
      },
      expected: ['einops>=0.3', 'pandas', 'pytest'],
    },
    'pyproject, PEP 621': {
      files: {
        'pyproject.toml':
          '[project]\nname = "thing"\ndependencies = ["torch>=2", "timm"]\n[project.optional-dependencies]\nlog = ["wandb"]\n',
      },
      expected: ['torch>=2', 'timm', 'wandb'],
    },
    'pyproject, poetry': {
      files: {
        'pyproject.toml':
          '[tool.poetry]\nname = "thing"\n[tool.poetry.dependencies]\npython = "^3.9"\ntorch = "^1.10"\nrich = { version = "~12.4", optional = true }\nxyz = { git = "https://example.org/xyz" }\n',
      },
      expected: ['torch>=1.10,<2', 'rich>=12.4,<12.5', 'xyz'],
    },
    'environment.yml': {
      files: {
        'environment.yml':
          'name: x\nchannels: [pytorch]\ndependencies:\n  - python=3.8\n  - pytorch=1.12\n  - pytorch::torchvision>=0.13\n  - cudatoolkit=11.3\n  - numpy=1.21.5=py38h6ae9a64_0\n  - pip:\n    - timm==0.4.12\n',
      },
      expected: ['torch==1.12.*', 'torchvision>=0.13', 'numpy==1.21.5.*', 'timm==0.4.12'],
    },
    'install lines of a README': {
      files: {
        'README.md':
          '# x\n```\npip install -U torch "transformers>=4.0" -r requirements.txt\nconda install -c pytorch faiss-gpu cudatoolkit\n```\n',
      },
      expected: ['torch', 'transformers>=4.0', 'faiss-gpu'],
    },
  };
  it.each(Object.entries(formats))('%s', (_name, { files, expected }) => {
    expect(declared(files)).toEqual(expected);
  });

  it.each([
    ['', null],
    ['# only words', null],
    ['--no-binary :all:', null],
    ['https://example.org/a.whl', null],
    ['foo.bar_baz==1', { name: 'foo-bar-baz', specifier: '==1' }],
    ['foo @ file:///tmp/build/foo', { name: 'foo', specifier: '' }],
  ])('parseRequirement(%j)', (line, expected) => {
    expect(parseRequirement(line)).toEqual(expected);
  });

  it.each([
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.2.3', '>=0.2.3,<0.3'],
    ['~1', '>=1,<2'],
    ['*', ''],
    ['1.5', '==1.5'],
    ['>=1 , <3', '>=1,<3'],
  ])('fromPoetry(%j) is %j', (version, expected) => {
    expect(fromPoetry(version)).toBe(expected);
  });

  it('takes nothing from a line that installs the repository itself', () => {
    expect(readInstallLine('pip install -e .')).toEqual([]);
  });
});

describe('hostile requirements', () => {
  it.each([
    ['requirements.txt', 'torch>=1 --index-url https://evil.example\n'],
    ['pyproject.toml', '[tool.poetry.dependencies]\ntorch = "1.0\\n--index-url https://evil.example"\n'],
    [
      'environment.yml',
      'dependencies:\n  - "--index-url"\n  - pip: ["torch>=1;--index-url=x", "--extra-index-url https://evil.example"]\n',
    ],
    ['train.py', 'import _pytest, --x\nimport _hidden.thing\n'],
  ])('%s cannot smuggle an option', (path, text) => {
    for (const item of mapFiles({ [path]: text }).dependencies) {
      expect(item.name).toMatch(/^[a-z0-9]/);
      expect(item.specifier).not.toMatch(/--|\s|http/);
    }
  });
});

describe('imports', () => {
  it.each([
    ['cv2', 'opencv-python'],
    ['sklearn.datasets', 'scikit-learn'],
    ['PIL.Image', 'pillow'],
    ['yaml', 'pyyaml'],
    ['google.protobuf.text_format', 'protobuf'],
    ['torch.utils.tensorboard', 'tensorboard'],
    ['torch.utils.data', 'torch'],
    ['umap', 'umap-learn'],
    ['ruamel.yaml', 'ruamel-yaml'],
  ])('%s comes from %s', (module, distribution) => {
    expect(distributionOf(module)).toBe(distribution);
  });

  it('leaves out the standard library and the repository, and knows what may be missing', () => {
    const map = mapFiles({
      'train.py': `import os, json
import numpy as np
from nets.model import Net
from helpers import log
try:
    import apex
except ImportError:
    apex = None
def export():
    import onnx
if __name__ == '__main__':
    Net()
`,
      'nets/__init__.py': '',
      'nets/model.py': 'import torch.nn as nn\nfrom . import parts\nclass Net: pass\n',
      'nets/parts.py': 'import einops\n',
      'lib/helpers.py': 'import requests\ndef log(): pass\n',
      'tests/test_net.py': 'import pytest\n',
    });
    expect(Object.fromEntries(map.dependencies.map((item) => [item.name, item.optional]))).toEqual({
      numpy: false,
      apex: true,
      onnx: true,
      torch: false,
      einops: false,
      requests: false,
    });
    expect(map.importRoots).toEqual(['lib']);
    expect(map.entries[0]?.files).toEqual(
      ['train.py', 'nets/__init__.py', 'nets/model.py', 'lib/helpers.py', 'nets/parts.py'].sort(
        (a, b) => (map.entries[0]?.files ?? []).indexOf(a) - (map.entries[0]?.files ?? []).indexOf(b),
      ),
    );
  });

  it('names what an entry needs, and only that', () => {
    const entry = firstEntry({
      'train.py': 'import torch\nfrom torch.utils.tensorboard import SummaryWriter\nloss.backward()\nif __name__ == "__main__": pass\n',
      'plot.py': 'import seaborn\nif __name__ == "__main__": pass\n',
    });
    expect(entry.needs).toEqual([
      { name: 'torch', imports: ['torch'], optional: false },
      { name: 'tensorboard', imports: ['torch.utils.tensorboard'], optional: false },
    ]);
  });
});
