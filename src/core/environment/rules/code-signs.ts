import { defineRules, type Rule } from '../rule.ts';

/** A name that the code uses and that a version of the package took away. */
function sign(
  id: string,
  name: string,
  specifier: string,
  code: RegExp,
  parts: {
    readonly why: string;
    readonly source: string;
    readonly good: string;
    readonly bad: string;
    readonly newestPython?: string;
    /** Nothing of the program runs without. */
    readonly fatal?: boolean;
    /** Other distributions of the same modules. */
    readonly also?: readonly string[];
    /** A line that makes the old names right. */
    readonly without?: RegExp;
  },
): Rule {
  const newest = parts.newestPython === undefined ? {} : { newestPython: parts.newestPython };
  return {
    id,
    packages: [name, ...(parts.also ?? [])],
    when: { code, ...(parts.without === undefined ? {} : { withoutCode: parts.without }) },
    verdict: { do: 'bound', specifier, always: true, ...newest, ...(parts.fatal === true ? { fatal: true } : {}) },
    why: parts.why,
    source: parts.source,
    examples: [
      { asks: name, on: { code: parts.good, ...(parts.newestPython === undefined ? {} : { python: `${parts.newestPython}.4` }) } },
    ],
    nearMisses: [{ asks: name, on: { code: parts.bad } }, { asks: name }],
  };
}

export default defineRules({
  id: 'code-signs',
  title: 'Names in the code that newer versions took away',
  order: 60,
  rules: [
    sign('numpy-aliases', 'numpy', '<1.24', /\bn(?:um)?py?\.(?:float|int|bool|object|complex|str|long|unicode)\b(?!_)/, {
      why: 'NumPy 1.24 removed np.float, np.int, np.bool and np.object',
      source: 'https://numpy.org/doc/stable/release/1.24.0-notes.html',
      good: 'x = np.zeros(3, dtype=np.float)',
      bad: 'x = np.float32(1) + np.int64(2) + np.bool_(1)',
      newestPython: '3.11',
    }),
    sign(
      'numpy-2-names',
      'numpy',
      '<2',
      /\bn(?:um)?py?\.(?:float_|complex_|unicode_|string_|NaN|Inf|infty|NINF|PINF|cast|sctypes|asfarray|product|cumproduct|alltrue|sometrue|row_stack|msort|find_common_type|issubsctype)\b/,
      {
        why: 'NumPy 2.0 removed np.float_, np.NaN, np.Inf and others',
        source: 'https://numpy.org/doc/stable/release/2.0.0-notes.html',
        good: 'best = np.Inf',
        bad: 'best = np.inf',
        newestPython: '3.12',
      },
    ),
    sign('pillow-antialias', 'pillow', '<10', /\bImage\.(?:ANTIALIAS|LINEAR|CUBIC)\b|\.getsize\(\s*text|\.textsize\(/, {
      why: 'Pillow 10 removed Image.ANTIALIAS and the text size functions',
      source: 'https://pillow.readthedocs.io/en/stable/releasenotes/10.0.0.html',
      good: 'im = im.resize((8, 8), Image.ANTIALIAS)',
      bad: 'im = im.resize((8, 8), Image.LANCZOS)',
      newestPython: '3.11',
    }),
    sign('setuptools-pkg-resources', 'setuptools', '<81', /\bimport\s+pkg_resources\b|\bfrom\s+pkg_resources\s+import\b/, {
      why: 'newer setuptools leave pkg_resources out',
      source: 'https://setuptools.pypa.io/en/latest/history.html',
      good: 'import pkg_resources',
      bad: 'import importlib.resources',
    }),
    sign(
      'scipy-misc-images',
      'scipy',
      '<1.2',
      /\bscipy\.misc\.im(?:read|save|resize|rotate|show)\b|\bfrom\s+scipy\.misc\s+import\s+(?:\w+\s*,\s*){0,6}im(?:read|save|resize|rotate)\b|\bmisc\.im(?:read|save|resize)\(/,
      {
        why: 'SciPy 1.2 removed the image functions of scipy.misc',
        source: 'https://docs.scipy.org/doc/scipy-1.2.1/reference/release.1.2.0.html',
        good: 'from scipy.misc import imread, imresize',
        bad: 'from imageio import imread',
        newestPython: '3.7',
      },
    ),
    sign('scipy-simps', 'scipy', '<1.14', /\b(?:integrate\.|import\s+)(?:simps|cumtrapz|trapz)\b/, {
      why: 'SciPy 1.14 removed simps, trapz and cumtrapz',
      source: 'https://docs.scipy.org/doc/scipy/release/1.14.0-notes.html',
      good: 'area = scipy.integrate.simps(y, x)',
      bad: 'area = scipy.integrate.simpson(y, x)',
      newestPython: '3.12',
    }),
    sign('sklearn-externals', 'scikit-learn', '<0.23', /\bsklearn\.externals\b/, {
      why: 'scikit-learn 0.23 removed sklearn.externals',
      source: 'https://scikit-learn.org/0.23/whats_new/v0.23.html',
      good: 'from sklearn.externals import joblib',
      bad: 'from sklearn.utils import shuffle',
      newestPython: '3.8',
    }),
    sign('sklearn-cross-validation', 'scikit-learn', '<0.20', /\bsklearn\.(?:cross_validation|grid_search|lda|qda)\b/, {
      why: 'scikit-learn 0.20 moved cross_validation and grid_search to model_selection',
      source: 'https://scikit-learn.org/0.20/whats_new.html',
      good: 'from sklearn.cross_validation import train_test_split',
      bad: 'from sklearn.model_selection import train_test_split',
      newestPython: '3.7',
    }),
    sign('skimage-compare', 'scikit-image', '<0.18', /\bcompare_(?:ssim|psnr|mse|nrmse)\b/, {
      why: 'scikit-image 0.18 moved compare_ssim and compare_psnr to skimage.metrics',
      source: 'https://scikit-image.org/docs/stable/release_notes/release_0.18.html',
      good: 'from skimage.measure import compare_ssim',
      bad: 'from skimage.metrics import structural_similarity',
      newestPython: '3.9',
    }),
    sign(
      'networkx-matrix',
      'networkx',
      '<3',
      /(?:\b(?:nx|networkx)\.|\bfrom\s+networkx[\w.]{0,60}\s+import\b[^#]{0,300}\b)(?:(?:from|to)_(?:numpy|scipy_sparse)_matrix|(?:read|write)_gpickle)\b/,
      {
        why: 'networkx 3.0 removed its matrix and pickle functions',
        source: 'https://networkx.org/documentation/stable/release/release_3.0.html',
        good: 'g = nx.from_numpy_matrix(a)',
        bad: 'g = nx.from_numpy_array(a)',
      },
    ),
    sign(
      'lightning-2',
      'pytorch-lightning',
      '<2',
      /\bdef\s+(?:training|validation|test)_epoch_end\b|\bTrainer\.(?:from_argparse_args|add_argparse_args)\b|\bTrainer\([^#]{0,400}\bgpus\s*=/,
      {
        why: 'Lightning 2.0 removed the …_epoch_end hooks, Trainer(gpus=…) and Trainer.from_argparse_args',
        source: 'https://lightning.ai/docs/pytorch/stable/upgrade/from_1_9.html',
        good: 'trainer = pl.Trainer(gpus=1, max_epochs=3)',
        bad: 'trainer = pl.Trainer(devices=1, max_epochs=3)',
      },
    ),
    sign(
      'transformers-adamw',
      'transformers',
      '<4.46',
      /\bfrom\s+transformers(?:\.optimization)?\s+import\b[^#]{0,300}\bAdamW\b|\btransformers\.AdamW\b/,
      {
        why: 'transformers gave up its own AdamW',
        source: 'https://github.com/huggingface/transformers/releases',
        good: 'from transformers import AdamW, BertModel',
        bad: 'from torch.optim import AdamW',
      },
    ),
    sign('hub-cached-download', 'huggingface-hub', '<0.26', /\bcached_download\b/, {
      why: 'huggingface_hub 0.26 removed cached_download',
      source: 'https://github.com/huggingface/huggingface_hub/releases/tag/v0.26.0',
      good: 'from huggingface_hub import cached_download',
      bad: 'from huggingface_hub import hf_hub_download',
    }),
    sign('datasets-scripts', 'datasets', '<4', /\bload_dataset\([^#]{0,300}\btrust_remote_code\s*=\s*True|\bload_metric\(/, {
      why: 'datasets 4 no longer runs loading scripts, and load_metric is gone',
      source: 'https://github.com/huggingface/datasets/releases/tag/4.0.0',
      good: 'data = load_dataset(name, trust_remote_code=True)',
      bad: 'data = load_dataset(name)',
    }),
    sign('gym-step', 'gym', '<0.26', /^\s*\w+\s*,\s*\w+\s*,\s*\w+\s*,\s*\w+\s*=\s*[\w.[\]]{0,60}env[\w.[\]]{0,60}\.step\(/, {
      why: 'gym 0.26 answers five values from step and two from reset',
      source: 'https://github.com/openai/gym/releases/tag/0.26.0',
      good: 'obs, reward, done, info = self.env.step(action)',
      bad: 'obs, reward, terminated, truncated, info = env.step(action)',
    }),
    sign(
      'tensorflow-1',
      'tensorflow',
      '<2',
      /\btf\.(?:placeholder|Session|InteractiveSession|get_variable|variable_scope|global_variables_initializer|contrib|ConfigProto|app\.run|app\.flags|layers\.dense)\b/,
      {
        why: 'the code is written for TensorFlow 1 (sessions, placeholders, tf.contrib), which ends with Python 3.7 and knows no GPU since Ampere; it needs a container with Python 3.7, and runs there on the CPU or on an older GPU',
        source: 'https://www.tensorflow.org/guide/migrate',
        good: 'x = tf.placeholder(tf.float32, [None, 3])',
        bad: 'import tensorflow.compat.v1 as tf\nx = tf.placeholder(tf.float32, [None, 3])',
        newestPython: '3.7',
        fatal: true,
        also: ['tensorflow-rocm'],
        without: /\bcompat\.v1\b|\bcompat\s+import\s+v1\b/,
      },
    ),
    sign('tensorflow-1-summaries', 'tensorflow', '<2', /\btf\.(?:summary\.FileWriter|Summary)\(/, {
      why: 'TensorFlow 2 has no tf.summary.FileWriter and no tf.Summary; leave its logging off if the program can',
      source: 'https://www.tensorflow.org/guide/migrate',
      good: 'self.writer = tf.summary.FileWriter(log_dir)',
      bad: 'writer = tf.summary.create_file_writer(log_dir)',
      newestPython: '3.7',
      also: ['tensorflow-rocm'],
      without: /\bcompat\.v1\b|\bcompat\s+import\s+v1\b/,
    }),
    sign(
      'keras-old-paths',
      'keras',
      '<2.13',
      /\bkeras\.(?:layers\.(?:core|convolutional|recurrent|normalization)|utils\.(?:np_utils|training_utils|vis_utils)|engine)\b|\bimport\s+np_utils\b/,
      {
        why: 'newer Keras has no keras.layers.core, keras.engine or np_utils',
        source: 'https://github.com/keras-team/keras/releases',
        good: 'from keras.layers.core import Dense',
        bad: 'from keras.layers import Dense',
        newestPython: '3.11',
      },
    ),
    sign('pandas-old', 'pandas', '<1', /\bpd\.(?:Panel|rolling_mean|ols)\b|\b(?:df|data|frame|train|test)\.ix\[/, {
      why: 'pandas 1.0 removed .ix and Panel',
      source: 'https://pandas.pydata.org/docs/whatsnew/v1.0.0.html',
      good: 'row = df.ix[3]',
      bad: 'row = df.loc[3]',
      newestPython: '3.8',
    }),
    sign('torch-six', 'torch', '<2', /\btorch\._six\b/, {
      why: 'torch 2.0 removed torch._six',
      source: 'https://github.com/pytorch/pytorch/releases/tag/v2.0.0',
      good: 'from torch._six import inf',
      bad: 'from six import string_types',
      newestPython: '3.10',
    }),
    sign('torch-rfft', 'torch', '<1.8', /\btorch\.(?:rfft|irfft|ifft)\(/, {
      why: 'torch 1.8 replaced torch.rfft by the module torch.fft',
      source: 'https://github.com/pytorch/pytorch/releases/tag/v1.8.0',
      good: 'f = torch.rfft(x, 2, onesided=False)',
      bad: 'f = torch.fft.rfft(x)',
      newestPython: '3.9',
    }),
    sign('torchtext-legacy', 'torchtext', '<0.12', /\btorchtext\.legacy\b|\bdata\.(?:Field|BucketIterator|TabularDataset)\(/, {
      why: 'torchtext 0.12 removed Field, BucketIterator and torchtext.legacy',
      source: 'https://github.com/pytorch/text/releases/tag/v0.12.0-rc3',
      good: 'from torchtext.legacy import data',
      bad: 'from torchtext.vocab import Vocab',
      newestPython: '3.9',
    }),
    sign(
      'librosa-positional',
      'librosa',
      '<0.10',
      /\blibrosa\.(?:filters\.mel|feature\.melspectrogram|resample|feature\.mfcc)\(\s*(?!\w{1,20}\s*=)[a-z]\w{0,40}(?:\.\w{1,40})?\s*,\s*(?!\w{1,20}\s*=)/i,
      {
        why: 'librosa 0.10 takes these arguments by name only',
        source: 'https://librosa.org/doc/latest/changelog.html',
        good: 'mel = librosa.filters.mel(sr, n_fft, n_mels)',
        bad: 'mel = librosa.filters.mel(sr=sr, n_fft=n_fft)',
      },
    ),
    sign('gensim-4', 'gensim', '<4', /\.wv\.(?:vocab|index2word)\b|\bWord2Vec\([^#]{0,200}\b(?:size|iter)\s*=/, {
      why: 'gensim 4 renamed size, iter, vocab and index2word',
      source: 'https://github.com/piskvorky/gensim/wiki/Migrating-from-Gensim-3.x-to-4',
      good: 'model = Word2Vec(texts, size=100)',
      bad: 'model = Word2Vec(texts, vector_size=100)',
      newestPython: '3.9',
    }),
    sign('openai-0', 'openai', '<1', /\bopenai\.(?:ChatCompletion|Completion|Embedding)\.(?:a?create)\(/, {
      why: 'openai 1.0 replaced its module functions by a client',
      source: 'https://github.com/openai/openai-python/discussions/742',
      good: 'r = openai.ChatCompletion.create(model=m)',
      bad: 'r = client.chat.completions.create(model=m)',
    }),
    sign('moviepy-editor', 'moviepy', '<2', /\bmoviepy\.editor\b/, {
      why: 'moviepy 2 has no moviepy.editor',
      source: 'https://zulko.github.io/moviepy/getting_started/updating_to_v2.html',
      good: 'from moviepy.editor import VideoFileClip',
      bad: 'from moviepy import VideoFileClip',
    }),
    sign('flax-optim', 'flax', '<0.6', /\bflax\.optim\b|\bfrom\s+flax\s+import\s+optim\b/, {
      why: 'flax 0.6 removed flax.optim',
      source: 'https://flax.readthedocs.io/en/latest/guides/converting_and_upgrading/optax_update_guide.html',
      good: 'from flax import optim',
      bad: 'import optax',
    }),
    sign('jax-tree-map', 'jax', '<0.4.26', /\bjax\.tree_(?:map|multimap|leaves|flatten|unflatten|structure)\(/, {
      why: 'later JAX keeps the tree functions in jax.tree and jax.tree_util only',
      source: 'https://docs.jax.dev/en/latest/changelog.html',
      good: 'g = jax.tree_map(f, t)',
      bad: 'g = jax.tree_util.tree_map(f, t)',
    }),
  ],
});
