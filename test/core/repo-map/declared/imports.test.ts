import { describe, expect, it } from 'vitest';
import { fromConda, moduleOf } from '../../../../src/core/repo-map/dependencies/distributions.ts';
import { findVersionHorizon } from '../../../../src/core/repo-map/dependencies/horizon.ts';
import { isStandardModule } from '../../../../src/core/repo-map/dependencies/stdlib.ts';
import { firstEntry, mapFiles } from '../helpers.ts';

const names = (files: Record<string, string>) => mapFiles(files).dependencies.map((item) => item.name);

const CASES: Record<string, { files: Record<string, string>; expected: string[] }> = {
  'a declared variant answers an import': {
    files: {
      'requirements.txt': 'tensorflow-gpu==1.14\nopencv-python-headless\nfaiss-gpu\nsklearn\ntb-nightly\n',
      'a.py': 'import tensorflow as tf, cv2, faiss, sklearn\nfrom torch.utils.tensorboard import SummaryWriter\n',
    },
    expected: ['tensorflow-gpu', 'opencv-python-headless', 'faiss-gpu', 'scikit-learn', 'tb-nightly'],
  },
  'a README does not add a variant of what a list names': {
    files: { 'requirements.txt': 'tensorflow\n', 'README.md': '```\npip install tensorflow-gpu\n```\n' },
    expected: ['tensorflow'],
  },
  'a declared distribution whose name begins with an unknown module': {
    files: { 'requirements.txt': 'oracle-forecasting\n', 'a.py': 'import oracle\n' },
    expected: ['oracle-forecasting'],
  },
  'the standard library of Python 2 and 3': {
    files: { 'a.py': 'import urllib2, cPickle, ConfigParser, Queue, StringIO, imp, distutils.core, tomllib\nimport six\n' },
    expected: ['six'],
  },
  'tests, documents, hidden folders and setup scripts ask for nothing': {
    files: {
      'tests/test_a.py': 'import pytest\n',
      'pkg/thing_test.py': 'import hypothesis\n',
      'docs/conf.py': 'import sphinx_rtd_theme\n',
      '.ci/check.py': 'import coverage\n',
      'setup.py': 'import setuptools, wheel\nfrom Cython.Build import cythonize\nsetup()\n',
      'test.py': 'import h5py\n',
    },
    expected: ['cython', 'h5py'],
  },
  'a folder that is called like a library holds what is imported': {
    files: {
      'lib/datasets/factory.py': 'import numpy\n',
      'tools/train.py': 'from datasets.factory import make\n',
      'tools/other.py': 'from transformers import AutoModel\n',
    },
    expected: ['numpy', 'transformers'],
  },
  'what was left behind imports files that are gone': {
    files: { 'train.py': 'import numpy\n', 'backup/old.py': 'import torch\nfrom csml import Net\n' },
    expected: ['numpy', 'torch'],
  },
  'one distribution provides several modules, and a notebook of Colab imports what no index has': {
    files: {
      'a.py': 'from nuimages import NuImages\nfrom rtde_control import Control\nimport rtde_receive, pybullet_utils\n',
      'environment.yml': 'dependencies:\n  - ignite=0.4\n',
      'b.py': 'from google.colab.output import publish\n',
      'README.md': '```\n├── setup.py  <- makes it installable (pip install -e\n│              so owl can be imported)\n```\n',
    },
    expected: ['pytorch-ignite', 'nuscenes-devkit', 'ur-rtde', 'pybullet'],
  },
  'keras takes TensorFlow where nothing else is named': {
    files: { 'a.py': 'from keras.layers import Dense\n' },
    expected: ['keras', 'tensorflow'],
  },
  'copied code counts as far as it is used': {
    files: {
      'third_party/near/used.py': 'import einops\n',
      'third_party/near/unused.py': 'import chainer\n',
      'vendor/far.py': 'import mxnet\n',
      'train.py': 'import torch\nfrom third_party.near import used\n',
    },
    expected: ['einops', 'torch'],
  },
  'an image installs for its own sake what nothing imports': {
    files: {
      'docker/Dockerfile': 'RUN pip install gpustat lmdb==1.2\n',
      '.pipeline/check.sh': 'pip install zipp\n',
      'train.py': 'import lmdb\n',
    },
    expected: ['lmdb'],
  },
  'a copied library that another part of the repository asks for': {
    files: {
      'examples/a/transformers/setup.py': "setup(name='transformers')\n",
      'examples/a/transformers/src/transformers/__init__.py': '',
      'examples/b/requirement.txt': 'transformers==3.3\n',
    },
    expected: ['transformers'],
  },
  'links to the repository itself': {
    files: {
      'README.md':
        '```\ngit clone https://host.example/me/deep-thing.git\ncd deep-thing\npip install git+https://host.example/me/deep-thing\npip install yacs\n```\n',
    },
    expected: ['yacs'],
  },
  'a whole project that was copied and is not used asks for nothing': {
    files: {
      'fairseq/setup.py': "setup(name='fairseq', install_requires=['sacrebleu'])\n",
      'fairseq/fairseq/__init__.py': 'import editdistance\n',
      'train.py': 'import torch\n',
    },
    expected: ['torch'],
  },
  'modules that are not there: ignored, compiled, generated, from elsewhere': {
    files: {
      'train.py':
        'import config\nfrom Models import Net\nimport roi_align_cuda\nimport thing_pb2\nimport fastops\nimport _hidden\nimport torch\nfrom google.colab import drive\n',
      'setup_ops.py': "from torch.utils.cpp_extension import CUDAExtension\nx = CUDAExtension(name='fastops', sources=[])\n",
      'away.py': "import sys\nsys.path.insert(0, '../elsewhere')\nimport elsewhere_tools\nimport scipy\n",
      'maybe.py': 'try:\n    import petrified\nexcept ImportError:\n    petrified = None\nimport numpy\n',
    },
    expected: ['scipy', 'numpy', 'torch'],
  },
  'submodules are local, unless an index has them': {
    files: {
      '.gitmodules':
        '[submodule "x"]\n\tpath = submodules/simple-points\n\turl = https://host.example/x\n[submodule "t"]\n\tpath = transformers\n',
      'a.py': 'import simple_points\nimport transformers\n',
    },
    expected: ['transformers'],
  },
};

describe('imports that ask for a distribution', () => {
  it.each(Object.entries(CASES))('%s', (_name, { files, expected }) => {
    expect(names(files).toSorted()).toEqual(expected.toSorted());
  });

  it('gives an entry the names that the repository declares', () => {
    const entry = firstEntry({
      'requirements.txt': 'opencv-python-headless\n',
      'train.py': 'import cv2\nif __name__ == "__main__": pass\n',
    });
    expect(entry.needs).toEqual([{ name: 'opencv-python-headless', imports: ['cv2'], optional: false }]);
  });

  it.each(['telnetlib', 'cgi', 'Tkinter', 'UserDict', 'asyncio'])('%s comes with Python', (module) => {
    expect(isStandardModule(module)).toBe(true);
  });

  it.each([
    ['pytorch', 'torch'],
    ['pyg', 'torch-geometric'],
    ['dgl-cuda11.1', 'dgl'],
    ['librosa', 'librosa'],
    ['libffi', null],
    ['_openmp_mutex', null],
    ['cudatoolkit', null],
    ['m2w64-gcc-libs', null],
  ])('conda knows %s as %s', (conda, name) => {
    expect(fromConda(conda)).toBe(name);
  });

  it.each([
    ['opencv-python-headless', 'cv2'],
    ['scikit-learn', 'sklearn'],
    ['tensorboard', 'tensorboard'],
    ['unheard-of', 'unheard_of'],
  ])('%s is imported as %s', (name, module) => {
    expect(moduleOf(name)).toBe(module);
  });
});

describe('findVersionHorizon', () => {
  it.each([
    ['', undefined, '2020-01-01T10:00:00Z', '2020-01-31'],
    ['>=1.2', undefined, '2020-01-01T10:00:00Z', '2020-01-31'],
    ['==1.2.*', undefined, '2020-01-01', '2020-01-31'],
    ['==1.2', undefined, '2020-01-01', null],
    ['>=1.2', '1.3', '2020-01-01', null],
    ['', undefined, 'no date', null],
    ['', undefined, null, null],
  ])('of %j, locked %j, last commit %j is %j', (specifier, locked, committedAt, expected) => {
    expect(findVersionHorizon({ specifier, locked }, committedAt)).toBe(expected);
  });
});
