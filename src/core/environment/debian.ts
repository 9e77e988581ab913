/** Debian package names of Python distributions, where `python3-<name>` is not it. */
const NAMES: Readonly<Record<string, string>> = {
  'scikit-learn': 'python3-sklearn',
  'scikit-image': 'python3-skimage',
  'opencv-python': 'python3-opencv',
  'opencv-python-headless': 'python3-opencv',
  'opencv-contrib-python': 'python3-opencv',
  pillow: 'python3-pil',
  pyyaml: 'python3-yaml',
  beautifulsoup4: 'python3-bs4',
  'python-dateutil': 'python3-dateutil',
  'python-dotenv': 'python3-dotenv',
  attrs: 'python3-attr',
  pycryptodome: 'python3-pycryptodome',
  pyzmq: 'python3-zmq',
  gitpython: 'python3-git',
  'absl-py': 'python3-absl',
  ipython: 'python3-ipython',
  protobuf: 'python3-protobuf',
  biopython: 'python3-biopython',
  'ruamel-yaml': 'python3-ruamel.yaml',
  levenshtein: 'python3-levenshtein',
  pywavelets: 'python3-pywt',
  pyopengl: 'python3-opengl',
  soundfile: 'python3-soundfile',
  tables: 'python3-tables',
  'python-igraph': 'python3-igraph',
  pymupdf: 'python3-fitz',
  simpleitk: 'python3-simpleitk',
  cython: 'cython3',
};

/** The Debian package that would hold a distribution. */
export function debianPackageOf(distribution: string): string {
  return NAMES[distribution] ?? `python3-${distribution}`;
}
