import type { Dependency, Entry } from '../schema.ts';
/** What a program needs without importing it: a library loads it when it is asked for, or the command itself is its. */
import type { Need } from './dependencies.ts';

/** Library → packages that it imports behind the scenes. Only what the repository declares counts, since each of them is an option. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  transformers: ['torch', 'accelerate', 'sentencepiece', 'protobuf', 'tiktoken', 'bitsandbytes', 'flash-attn', 'deepspeed', 'peft'],
  diffusers: ['torch', 'transformers', 'accelerate', 'safetensors', 'xformers', 'bitsandbytes', 'peft'],
  peft: ['torch', 'accelerate', 'bitsandbytes'],
  trl: ['torch', 'peft', 'deepspeed', 'bitsandbytes', 'vllm'],
  accelerate: ['torch', 'deepspeed'],
  datasets: ['pyarrow', 'soundfile', 'librosa', 'torchcodec', 'zstandard'],
  evaluate: ['scikit-learn', 'sacrebleu', 'rouge-score', 'seqeval', 'jiwer', 'nltk'],
  'sentence-transformers': ['torch'],
  lightning: ['torch', 'jsonargparse', 'deepspeed', 'tensorboard', 'tensorboardx', 'rich'],
  'pytorch-lightning': ['torch', 'jsonargparse', 'deepspeed', 'tensorboard', 'tensorboardx', 'rich'],
  pandas: ['pyarrow', 'fastparquet', 'openpyxl', 'xlrd', 'tables', 'lxml'],
  xarray: ['netcdf4', 'h5netcdf', 'cfgrib', 'zarr', 'dask'],
  geopandas: ['fiona', 'pyogrio'],
  imageio: ['imageio-ffmpeg'],
  gym: ['atari-py', 'ale-py', 'mujoco-py', 'mujoco', 'box2d-py', 'pybullet'],
  gymnasium: ['ale-py', 'mujoco', 'box2d-py', 'pybullet'],
  torchaudio: ['soundfile', 'sox'],
  keras: ['tensorflow', 'torch', 'jax', 'theano', 'h5py'],
  jax: ['jaxlib'],
};
/** Libraries that build what a configuration names: which modules that are is known only when it runs. */
const REGISTRIES: ReadonlySet<string> = new Set(['mmengine', 'mmcv', 'mmdet', 'mmseg', 'mmsegmentation']);
/** Tools of those who work on the code, never of a program. */
const TOOLS =
  /^(pytest.*|black|ruff|flake8|pylint|mypy|isort|pre-commit|sphinx.*|tox|nox|codecov|coverage|yapf|interrogate|xdoctest|parameterized)$/;

/** The needs of an entry with the declared packages that its libraries and its command take without an import. */
export function addCompanions(needs: readonly Need[], dependencies: readonly Dependency[], entry: Pick<Entry, 'argv' | 'runs'>): Need[] {
  const known = new Set(needs.map((need) => need.name));
  const words = [...entry.argv, ...(entry.runs?.argv ?? [])];
  const isCalled = (name: string): boolean => words.some((word) => word === name || word.startsWith(`--${name}`));
  const byRegistry = needs.some((need) => REGISTRIES.has(need.name));
  const behind = new Set(needs.flatMap((need) => COMPANIONS[need.name] ?? []));
  const found = dependencies.filter(
    ({ name, declared }) =>
      declared &&
      !known.has(name) &&
      (behind.has(name) || isCalled(name) || (byRegistry && !TOOLS.test(name)) || (name.startsWith('hydra-') && known.has('hydra-core'))),
  );
  return [...needs, ...found.map(({ name }): Need => ({ name, imports: [], optional: false }))];
}
