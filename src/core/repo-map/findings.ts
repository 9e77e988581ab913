/** Things that tie the code to one person's machine or accounts, and the tests that it brings. */
import type { RepoFile } from './input.ts';
import type { Finding, VersionHint } from './schema.ts';
import { findFileLines, findLines } from './search-lines.ts';
import { defineSign } from './signs/signs.ts';
import type { Sources } from './sources.ts';

const MAX_EVIDENCE = 5;

const IN_CODE: readonly (readonly [Finding['kind'], string, RegExp])[] = [
  [
    'hard-coded-path',
    "a path of somebody's machine",
    /['"= ](\/(home|Users|mnt|scratch|gpfs|lustre|nfs|storage|ssd|raid|datadrive|datasets\d*|data\d+)\/[\w.-]+|[A-Z]:\\\\?[\w.-]+\\)/,
  ],
  [
    'device-id',
    'a fixed GPU',
    /['"]cuda:\d['"]|CUDA_VISIBLE_DEVICES['"]?\]?\s*=\s*['"]?\d|\.cuda\(\d\)|device_ids\s*=\s*\[\d|set_device\(\d\)|['"]\/(gpu|device:GPU):\d['"]/,
  ],
  [
    'host-name',
    'a fixed host or address',
    /['"/@](?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|MASTER_ADDR(?:['"]\]\s*=\s*['"]|=['"]?)(?!localhost|127\.|0\.0|\$)[\w.-]+\.\w|tcp:\/\/(?!localhost|127\.|0\.0|\{|%|\$)[\w-]+\.[\w.-]+/,
  ],
  ['experiment-tracking', 'Weights & Biases', /\bwandb\.(init|log|login)\(|WandbLogger\(|report_to\W{1,4}wandb/],
  ['experiment-tracking', 'TensorBoard', /SummaryWriter\(|TensorBoardLogger\(|tf\.summary\.|TensorBoard\(/],
  ['experiment-tracking', 'MLflow', /\bmlflow\.(start_run|log_\w+|set_experiment|autolog|set_tracking_uri)\(|MLFlowLogger\(/],
  ['experiment-tracking', 'Comet', /comet_ml|CometLogger\(/],
  ['experiment-tracking', 'Neptune', /neptune\.(init|init_run)\(|NeptuneLogger\(/],
  ['experiment-tracking', 'ClearML', /clearml\.|Task\.init\(project_name/],
  ['experiment-tracking', 'Azure ML', /\b(from|import) azureml\b/],
  ['experiment-tracking', 'Sacred', /\b(Mongo|FileStorage|Slack|TinyDb|Sql)Observer(\.create)?\(/],
  ['experiment-tracking', 'Visdom', /visdom\.Visdom\(|\bVisdom\(/],
];
for (const [, , pattern] of IN_CODE) defineSign(pattern);

/** A program may be called `x_test.py` and test no code. */
const TESTS = /\bdef test|\b(unittest|pytest|absltest|parameterized|hypothesis)\b|TestCase\b/;

/** Each kind once, with up to five places. */
export function findFindings(files: readonly RepoFile[], sources: Sources): Finding[] {
  const scripts = files.filter(
    (file) => file.text !== null && /\.(sh|bash|slurm|sbatch|pbs|ya?ml|gin)$/.test(file.path) && !/(^|\/)\.github\//.test(file.path),
  );
  const own = sources.all.filter((source) => !/(^|\/)(tests?|docs?)\//.test(source.file.path));
  const found = IN_CODE.map(([kind, what, pattern]): Finding => {
    const inCode = findLines(own, pattern);
    const inScripts = inCode.length >= MAX_EVIDENCE ? [] : findFileLines(scripts, pattern, MAX_EVIDENCE - inCode.length);
    return { kind, what, evidence: [...inCode, ...inScripts] };
  });
  const tests = sources.all.filter((source) => /(^|\/)(test_[^/]*|[^/]*_test)\.py$/.test(source.file.path) && TESTS.test(source.text));
  if (tests.length > 0) {
    const evidence = tests.slice(0, MAX_EVIDENCE).map((source) => ({ file: source.file.path, line: 1, text: source.file.path }));
    found.push({ kind: 'tests', what: `${String(tests.length)} test ${tests.length === 1 ? 'file' : 'files'}`, evidence });
  }
  return found.filter((finding) => finding.evidence.length > 0);
}

const MANIFEST =
  /(^|\/)([^/]*requirements[^/]*\.(txt|in)|[^/]*environment[^/]*\.ya?ml|env\.ya?ml|conda[^/]*\.ya?ml|pyproject\.toml|setup\.(py|cfg)|Pipfile|\.python-version|runtime\.txt|\.tool-versions|[^/]*Dockerfile[^/]*|[^/]*\.def|\.gitlab-ci\.yml|tox\.ini)$|(^|\/)\.github\/workflows\//i;
const DOCUMENT = /(^|\/)(readme|install)[^/]*$/i;
const VERSION = String.raw`((?:[<>=~!^]=?\s?)?\d{1,2}(?:\.\d{1,3}){0,2}(?:\.\*|\+(?!\w))?(?:\s?,\s?[<>=~!]=?\s?\d{1,2}(?:\.\d{1,3}){0,2})?)`;
const HINTS: readonly (readonly [VersionHint['of'], RegExp])[] = [
  [
    'python',
    new RegExp(
      String.raw`(?:\bpython(?:_requires|-version|_version)?["']?\s*[:=]{0,2}\s*["'\[]{0,3}|\bPython(?: version)?\s*|FROM python:|/python-|(?<![\w-])python=)${VERSION}(?=[^\w]|$)`,
      'i',
    ),
  ],
  ['torch', new RegExp(String.raw`(?:\b(?:py)?torch["']?\s*[:=]?\s*["'(]{0,2}|pytorch/pytorch:|\bpytorch-)v?${VERSION}`, 'i')],
  ['tensorflow', new RegExp(String.raw`\b(?:tensorflow(?:-gpu)?|tensorflow/tensorflow:)["']?\s*[:=]?\s*["'(]{0,2}v?${VERSION}`, 'i')],
  ['jax', new RegExp(String.raw`\bjax(?:lib)?(?:\[\w+\])?["']?\s*["'(]{0,2}${VERSION}`, 'i')],
  ['cuda', new RegExp(String.raw`\b(?:cuda(?:[_-]?toolkit)?(?:[_-]version)?\s*[:=]{0,2}\s*["'(v]{0,2}|nvidia/cuda:)${VERSION}`, 'i')],
  ['rocm', new RegExp(String.raw`\brocm[ /:=-]{0,3}${VERSION}`, 'i')],
];

/** Versions that manifests, images, CI files and READMEs name; at most four of a kind. */
export function findVersions(files: readonly RepoFile[]): VersionHint[] {
  const sorted = files
    .filter(
      (file) =>
        file.text !== null &&
        (MANIFEST.test(file.path) || DOCUMENT.test(file.path)) &&
        !/(^|\/)(third_party|vendor|external)\//.test(file.path),
    )
    .sort((a, b) => Number(DOCUMENT.test(a.path)) - Number(DOCUMENT.test(b.path)) || a.path.split('/').length - b.path.split('/').length)
    .slice(0, 60);
  // `[PyTorch](https://…) 1.2` says the same as `PyTorch 1.2`; lines stay where they are.
  const plain = sorted.map((file) =>
    DOCUMENT.test(file.path) ? { ...file, text: (file.text ?? '').replaceAll(/\[([^\]\n]{1,80})\]\([^)\n]{0,300}\)/g, '$1') } : file,
  );
  const found = HINTS.flatMap(([of, pattern]) => {
    const hints = findFileLines(plain, pattern, 12).flatMap((evidence): VersionHint[] => {
      const version = pattern.exec(evidence.text)?.[1]?.replaceAll(' ', '').replace(/^=+/, '') ?? '';
      return isPlausible(of, version) ? [{ of, version, evidence }] : [];
    });
    return hints.filter((hint, index) => hints.findIndex((other) => other.version === hint.version) === index).slice(0, 4);
  });
  const shortTag = readCudaTags(sorted);
  return [...found, ...(found.some((hint) => hint.of === 'cuda') ? [] : shortTag)];
}

function isPlausible(of: VersionHint['of'], version: string): boolean {
  const plain = /\d[\d.]*/.exec(version)?.[0] ?? '';
  const [major = 0, minor] = plain.split('.').map(Number);
  if (of === 'python') return (major === 2 || major === 3) && (minor === undefined || minor <= 20);
  if (of === 'torch' || of === 'tensorflow' || of === 'jax') return major <= 3 && minor !== undefined;
  return of === 'cuda' ? major >= 6 && major <= 14 : major >= 3 && major <= 9;
}

/** `+cu118` in a wheel's version and `/whl/cu118` in an index say CUDA 11.8. */
function readCudaTags(files: readonly RepoFile[]): VersionHint[] {
  return findFileLines(files, /[+/]cu\d{2,3}\b/, 1).flatMap((evidence): VersionHint[] => {
    const tag = /[+/]cu(\d{1,2})(\d)\b/.exec(evidence.text);
    return tag === null ? [] : [{ of: 'cuda', version: `${tag[1] ?? ''}.${tag[2] ?? ''}`, evidence }];
  });
}
