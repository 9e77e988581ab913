import { defineRules, type Rule } from '../rule.ts';

const PYPI = 'https://pypi.org/project/';

// Those whose version numbers mean the same under both names.
const KEEP = new Set(['pytorch', 'tensorflow-gpu', 'tensorflow-macos', 'opencv-python', 'opencv-contrib-python', 'psycopg2', 'rdkit-pypi']);

/** The same modules under another name. */
function rename(from: string, to: string, why: string, source = `${PYPI}${from}/`): Rule {
  return {
    id: from.replace('*', 'x'),
    packages: [from],
    verdict: { do: 'replace', with: to, keepVersion: KEEP.has(from) },
    why,
    source,
    examples: [{ asks: from.replace('*', '110') }],
    nearMisses: [{ asks: to }],
  };
}

export default defineRules({
  id: 'renamed',
  title: 'Distributions that go by another name now',
  order: 10,
  rules: [
    rename('sklearn', 'scikit-learn', 'sklearn on the index is only a notice that points to scikit-learn'),
    rename(
      'pytorch',
      'torch',
      'the index has PyTorch as torch; pytorch there is only a notice',
      'https://pytorch.org/get-started/locally/',
    ),
    rename('tensorflow-gpu', 'tensorflow', 'tensorflow-gpu was removed; tensorflow has had GPU support since 2.1'),
    rename('tensorflow-macos', 'tensorflow', 'Apple’s build of the same modules'),
    rename('tf-nightly', 'tensorflow', 'nightly builds are deleted after a while'),
    rename('tb-nightly', 'tensorboard', 'nightly builds are deleted after a while'),
    rename('opencv-python', 'opencv-python-headless', 'the same library without a window system, which no compute node has'),
    rename(
      'opencv-contrib-python',
      'opencv-contrib-python-headless',
      'the same library without a window system, which no compute node has',
    ),
    rename(
      'opencv',
      'opencv-python-headless',
      'opencv is the name in conda; the index has it as opencv-python',
      `${PYPI}opencv-python-headless/`,
    ),
    rename('cv2', 'opencv-python-headless', 'cv2 is the module; the index has it as opencv-python', `${PYPI}opencv-python-headless/`),
    rename('skimage', 'scikit-image', 'skimage is the module; the index has it as scikit-image', `${PYPI}scikit-image/`),
    rename('pil', 'pillow', 'PIL is the module; Pillow has carried it on since 2011', `${PYPI}pillow/`),
    rename('yaml', 'pyyaml', 'yaml is the module; the index has it as PyYAML', `${PYPI}pyyaml/`),
    rename('pillow-simd', 'pillow', 'pillow-simd has no wheels; Pillow holds the same modules'),
    rename('psycopg2', 'psycopg2-binary', 'psycopg2 has no Linux wheels; psycopg2-binary is the same, built'),
    rename('rdkit-pypi', 'rdkit', 'RDKit has its own name on the index since 2022'),
    rename('pynvml', 'nvidia-ml-py', 'nvidia-ml-py is NVIDIA’s own package of the same module'),
    rename('nvidia-ml-py3', 'nvidia-ml-py', 'nvidia-ml-py3 is an abandoned copy'),
    rename('python-levenshtein', 'levenshtein', 'the package has dropped the python- of its name'),
    rename(
      'taming',
      'taming-transformers',
      'taming is the module; the project is taming-transformers',
      'https://github.com/CompVis/taming-transformers',
    ),
    rename('faiss', 'faiss-cpu', 'the index has faiss as faiss-cpu'),
    rename('dgl-cu*', 'dgl', 'CUDA builds of DGL live on its own page, not on the index', 'https://www.dgl.ai/pages/start.html'),
    {
      id: 'faiss-gpu',
      packages: ['faiss-gpu'],
      verdict: { do: 'replace', with: 'faiss-cpu' },
      why: 'faiss-gpu ended with 1.7.2 and Python 3.10; faiss-cpu has the same interface without StandardGpuResources',
      source: 'https://github.com/facebookresearch/faiss/blob/main/INSTALL.md',
      examples: [{ asks: 'faiss-gpu>=1.7' }, { asks: 'faiss-gpu', on: { gpu: 'amd' } }],
      nearMisses: [{ asks: 'faiss-gpu-cu12' }, { asks: 'faiss-cpu' }],
    },
  ],
});
