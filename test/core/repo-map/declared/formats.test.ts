import { describe, expect, it } from 'vitest';
import { findDependencies } from '../../../../src/core/repo-map/dependencies/dependencies.ts';
import { readSources, buildImportGraph } from '../../../../src/core/repo-map/sources.ts';
import { mapFiles, notebook, repository } from '../helpers.ts';

const declared = (files: Record<string, string>) =>
  mapFiles(files)
    .dependencies.filter((item) => item.declared)
    .map((item) => `${item.name}${item.specifier}${item.optional ? ' ?' : ''}`);

const warnings = (files: Record<string, string>) => {
  const input = repository(files);
  const sources = readSources(input);
  const graph = buildImportGraph(input, sources);
  return findDependencies({ files: input.files, manifests: input.files, sources, graph, reached: new Set(), ownNames: new Set() }).warnings;
};

const FORMATS: Record<string, { files: Record<string, string>; expected: string[] }> = {
  'links in requirements: repositories, wheels, archives, editable ones': {
    files: {
      'requirements.txt': `git+https://github.com/someone/Some_Tool.git@v1.2
-e git+ssh://git@host.example/team/other-tool.git#egg=other_tool&subdirectory=py
https://host.example/whl/cu117/fastops-1.4.2%2Bcu117-cp39-cp39-linux_x86_64.whl
named @ https://host.example/archive/named.zip
https://github.com/someone/archived/archive/refs/tags/v2.zip
git+https://github.com/cocodataset/cocoapi.git#subdirectory=PythonAPI
./local/package
-e .
`,
    },
    expected: ['some-tool', 'other-tool', 'fastops==1.4.2', 'named', 'archived', 'pycocotools'],
  },
  'hashes, continuation lines, markers, CRLF, conda habits': {
    files: {
      'requirements.txt':
        'numpy==1.21.0 \\\r\n    --hash=sha256:aa \\\r\n    --hash=sha256:bb\r\nscipy = 1.7\r\ntorch 1.8.1\r\nonlywin; platform_system == "Windows"\r\neinops>=0.3,\\\r\n  <0.7\r\nthis line is a remark\r\nargparse\r\njson\r\npip==20\r\n',
    },
    expected: ['numpy==1.21.0', 'scipy==1.7', 'torch==1.8.1', 'einops>=0.3,<0.7', 'argparse'],
  },
  'what people paste: output of conda, names with commas, remarks without a space': {
    files: {
      'requirements.txt':
        '# packages in environment at /opt/x:\nnumpy                     1.19.2           py38h54aff64_0  conda-forge\nlibgcc-ng 9.1.0 hdf63c60_0\npytorch=1.7.1=py3.8_cuda11\nca-certificates=2020.10=0\n',
      'reqs.txt': 'tqdm, einops,yacs\nlmdb#fast\nPython 3.6\nPyTorch >= 1.0\nCUDA 10.1\n',
    },
    expected: ['numpy==1.19.2', 'torch==1.7.1', 'tqdm', 'einops', 'yacs', 'lmdb'],
  },
  'a folder of lists, lists for developers, lists for documents': {
    files: {
      'requirements/base.txt': 'torch\n',
      'requirements/dev.txt': '-r base.txt\nipdb\n',
      'requirements/docs.txt': 'sphinx-gallery\n',
      'docs/requirements.txt': 'furo\n',
      'pip-requirements.txt': 'tqdm\n',
      'test-requirements.txt': 'hypothesis\n',
    },
    expected: ['tqdm', 'torch', 'ipdb ?', 'hypothesis ?'],
  },
  'setup.py with sums, dictionaries, functions and files': {
    files: {
      'setup.py': `import os, sys
from setuptools import setup
def read(name):
    with open(os.path.join(os.path.dirname(__file__), name)) as handle:
        return [line.strip() for line in handle]
BASE = ['numpy>=1.16',
        'torch'  ">=1.4"]
if sys.version_info < (3, 7):
    BASE.append('dataclasses')
extras = {'vis': ['seaborn'], 'track': ["wandb"]}
extras['all'] = extras['vis'] + extras['track']
extras["dev"] = ["black==22.3"]
def more():
    return ['h5py']
setup(name='thing', description='depends on nothing', keywords=['deep', 'learning'],
      install_requires=BASE + more() + read('needed.txt'),
      tests_require=['pytest'],
      extras_require=extras)
`,
      'needed.txt': 'lmdb\n# no\nplyfile==0.7\n',
    },
    expected: [
      'lmdb',
      'plyfile==0.7',
      'numpy>=1.16',
      'torch>=1.4',
      'dataclasses',
      'h5py',
      'pytest ?',
      'seaborn ?',
      'wandb ?',
      'black==22.3 ?',
    ],
  },
  'setup.py with keywords in a dictionary': {
    files: {
      'setup.py': `from distutils.core import setup\nkw = dict(name='x')\nkw['install_requires'] = '''\nsix\nscipy<2\n'''.split()\nsetup(**kw)\n`,
    },
    expected: ['six', 'scipy<2'],
  },
  'setup.cfg with extras, tox.ini': {
    files: {
      'setup.cfg':
        '[metadata]\nname = thing\n[options]\ninstall_requires =\n    einops>=0.3\n    pandas; python_version > "3"\n[options.extras_require]\nplots =\n    seaborn\n[flake8]\nextend-ignore = E203\n',
      'tox.ini': '[tox]\nenvlist = py38\n[testenv]\ndeps =\n    nose\n    py38: mock\ncommands = nosetests\n',
    },
    expected: ['einops>=0.3', 'pandas', 'seaborn ?', 'nose ?', 'mock ?'],
  },
  'pyproject: groups, pdm, uv, flit, hatch': {
    files: {
      'pyproject.toml': `[project]
name = "thing"
dependencies = ["torch>=2", "thing-core @ git+https://host.example/core"]
[project.optional-dependencies]
log = ["wandb"]
[dependency-groups]
dev = ["ruff>=0.4", {include-group = "test"}]
test = ["pytest"]
[tool.uv]
dev-dependencies = ["ipython"]
[tool.pdm.dev-dependencies]
lint = ["pylint"]
[tool.flit.metadata]
requires = ["docopt"]
[tool.hatch.envs.bench]
dependencies = ["asv"]
`,
    },
    expected: ['torch>=2', 'thing-core', 'wandb ?', 'ruff>=0.4 ?', 'pytest ?', 'pylint ?', 'ipython ?', 'docopt', 'asv ?'],
  },
  'pyproject that names files': {
    files: {
      'pyproject.toml':
        '[project]\nname = "thing"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["deps/core.txt"]}\n',
      'deps/core.txt': 'jax>=0.4\n',
    },
    expected: ['jax>=0.4'],
  },
  'poetry with groups, extras and a lock': {
    files: {
      'pyproject.toml':
        '[tool.poetry]\nname = "thing"\n[tool.poetry.dependencies]\npython = "^3.9"\ntorch = "^1.10"\nrich = { version = "~12.4", optional = true }\nlocal = { path = "../local" }\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n',
      'poetry.lock': '[[package]]\nname = "torch"\nversion = "1.10.2"\n[[package]]\nname = "typing-extensions"\nversion = "4.0"\n',
    },
    expected: ['torch>=1.10,<2', 'rich>=12.4,<12.5 ?', 'pytest ?'],
  },
  Pipfile: {
    files: { Pipfile: '[packages]\ntorch = "==1.7.1"\ngym = {extras = ["atari"], version = "*"}\n[dev-packages]\nblack = "*"\n' },
    expected: ['torch==1.7.1', 'gym', 'black ?'],
  },
  'a conda file that includes a list, names channels and builds': {
    files: {
      'conda.yaml':
        'name: x\nchannels: [pytorch]\ndependencies:\n  - python=3.8\n  - pytorch::pytorch=1.12=py3.8_cuda11.3\n  - cudatoolkit=11.3\n  - opencv\n  - scikit-learn>=0.24,<1.1\n  - libblas=3.9\n  - pip:\n    - -r requirements.txt\n    - timm==0.4.12\n',
      'requirements.txt': 'tqdm\n',
    },
    expected: ['tqdm', 'torch==1.12.*', 'opencv-python', 'scikit-learn>=0.24,<1.1', 'timm==0.4.12'],
  },
  'a conda file that is not quite YAML': {
    files: { 'environment.yml': 'name: x\ndependencies:\n  - numpy=1.2\n\t- scipy\n  - pip:\n    - "tqdm\n' },
    expected: ['numpy==1.2.*', 'scipy', 'tqdm'],
  },
  'cog.yaml': {
    files: {
      'cog.yaml':
        'build:\n  python_version: "3.8"\n  python_packages:\n    - "torch==1.12.1 --extra-index-url=https://host.example"\n  run:\n    - pip install ninja-tool && apt-get install git\npredict: "predict.py:P"\n',
    },
    expected: ['torch==1.12.1', 'ninja-tool'],
  },
  'Dockerfile, Makefile, script, CI': {
    files: {
      Dockerfile:
        'FROM x\nRUN apt-get update && apt-get install -y python3-dev git\nRUN pip install --no-cache-dir \\\n    numpy==1.20 "scipy>=1,<2" \\\n    && pip3 install -U pip setuptools\nRUN conda install -y -c conda-forge faiss-gpu=1.7 python=3.8\n',
      Makefile: 'deps:\n\tpython -m pip install -r more.txt h5py\n',
      'more.txt': 'zarr\n',
      '.github/workflows/ci.yml': 'jobs:\n  a:\n    steps:\n      - run: pip install pytest-xdist\n',
    },
    expected: ['numpy==1.20', 'scipy>=1,<2', 'faiss-gpu==1.7.*', 'h5py', 'zarr'],
  },
  'sentences of a README': {
    files: {
      'README.md': `Run \`pip install timm\` and then go on. You can pip install whatever you like.
We recommend to conda install things by hand.

    pip3 install einops  # for attention
- \`conda install -c pytorch pytorch torchvision (only with a GPU)\`
$ python -m pip install 'lpips>=0.1' && python train.py
\`\`\`
pip install -e ".[dev]" && pip install git+https://github.com/someone/deep-tool
pip install <your-package> $EXTRA thing_of_\${X}
uv pip install yacs; uv add fire
poetry install
\`\`\`
`,
    },
    expected: ['timm', 'einops', 'torch', 'torchvision', 'lpips>=0.1', 'deep-tool', 'yacs', 'fire'],
  },
  'cells of a notebook': {
    files: {
      'demo.ipynb': notebook('!pip install -q timm==0.4.5 \\\n   einops\n%pip install umap-learn\n%conda install pytorch', 'x = 1'),
    },
    expected: ['timm==0.4.5', 'einops', 'umap-learn', 'torch'],
  },
  'metadata within a script': {
    files: {
      'tool.py': '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "rich",\n#   "httpx<1",\n# ]\n# ///\nx = 1\n',
    },
    expected: ['rich', 'httpx<1'],
  },
  'lists deep inside a repository that says at its root what it needs': {
    files: {
      'requirements.txt': 'torch\nnumpy\ntqdm\n',
      'evaluation/requirements.txt': 'scipy\n',
      'examples/old/first/requirements.txt': 'chainer==1.0\nlmdb==1.2\n',
      'a.py': 'import lmdb\n',
    },
    expected: ['torch', 'numpy', 'tqdm', 'scipy', 'lmdb==1.2 ?'],
  },
  'lists that a tool wrote are locks beside those that a person wrote': {
    files: {
      'requirements.in': 'torch\nnumpy\ntqdm>=4\n',
      'requirements.txt': '# This file was autogenerated by uv\nfilelock==3.1\nnumpy==1.26.0\ntorch==2.1.0\ntqdm==4.66\n',
    },
    expected: ['torch', 'numpy', 'tqdm>=4'],
  },
};

describe('declarations', () => {
  it.each(Object.entries(FORMATS))('%s', (_name, { files, expected }) => {
    expect(declared(files).toSorted()).toEqual(expected.toSorted());
  });

  it('takes exact versions from locks without taking what came along', () => {
    const found = mapFiles(FORMATS['poetry with groups, extras and a lock']?.files ?? {}).dependencies;
    expect(found.find((item) => item.name === 'torch')?.locked).toBe('1.10.2');
    expect(found.map((item) => item.name)).not.toContain('typing-extensions');
  });

  it('cites the line on which a requirement stands', () => {
    const map = mapFiles({
      'setup.py': "from setuptools import setup\nneeds = [\n  'h5py',\n  'lmdb',\n]\nsetup(name='x', install_requires=needs)\n",
      'environment.yml': 'dependencies:\n  - numpy\n  - pip:\n    - timm\n',
      'README.md': '# x\n\n```\npip install yacs\n```\n',
    });
    expect(map.dependencies.map((item) => [item.name, item.evidence[0]?.file, item.evidence[0]?.line])).toEqual([
      ['h5py', 'setup.py', 3],
      ['lmdb', 'setup.py', 4],
      ['numpy', 'environment.yml', 2],
      ['timm', 'environment.yml', 4],
      ['yacs', 'README.md', 4],
    ]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['pyproject.toml', '[project]\nname = "x"\ndependencies = [\n', 'TOML'],
    ['Pipfile', '[packages\ntorch = "*"\n', 'TOML'],
    ['poetry.lock', '[[package]]\nname = \n', 'TOML'],
    ['Pipfile.lock', '{"default": ', 'JSON'],
    ['environment.yml', 'dependencies:\n  - numpy\n\t- scipy\n', 'YAML'],
  ])('%s gives a warning and goes on', (path, text, format) => {
    const found = warnings({ [path]: text, 'requirements.txt': 'torch\n' });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file: path, what: expect.stringContaining(format) as string });
    expect(declared({ [path]: text, 'requirements.txt': 'torch\n' })).toContain('torch');
  });

  it('says which included list is missing, follows Windows paths, and survives lists that include each other', () => {
    const files = {
      'requirements.txt': 'torch\n-r missing.txt\n-r reqs\\base.txt\n',
      'reqs/base.txt': '-r ../requirements.txt\nnumpy\n',
    };
    expect(warnings(files)).toEqual([{ file: 'requirements.txt', line: 2, what: 'includes missing.txt, which is not there' }]);
    expect(declared(files)).toEqual(['numpy', 'torch']);
  });

  it('is not led astray by a folder that is called like a file', () => {
    expect(
      declared({ 'requirements.txt/notes.md': 'pip install nothing-at-all of note', 'setup.py': "setup(install_requires=['six'])" }),
    ).toEqual(['six']);
  });
});
