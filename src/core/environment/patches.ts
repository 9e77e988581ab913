/** Proposals for places in the code that are tied to one machine: paths, device numbers, GPUs that are not there. Nothing is applied here. */
import type { RepoFile } from '../repo-map/input.ts';
import { cell } from '../repo-map/render/render-text.ts';
import type { Entry, RepoMap } from '../repo-map/schema.ts';
import { showText } from '../show-text.ts';
import type { SiteProfile } from '../site.ts';
import { renderDiff, type LineEdit } from '../unified-diff.ts';
import { blankStrings } from './code-lines.ts';

export interface PatchRequest {
  readonly map: Pick<RepoMap, 'name' | 'hardware'>;
  readonly entry: Pick<Entry, 'file' | 'files'>;
  readonly site: SiteProfile;
  readonly files: readonly RepoFile[];
}

export interface Patch {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface PatchPlan {
  readonly patches: Patch[];
  /** Places that were seen and are left alone, each with the reason. */
  readonly left: { readonly file: string; readonly line: number; readonly text: string; readonly why: string }[];
  /** All patches as one unified diff. */
  readonly diff: string;
}

interface Line {
  readonly text: string;
  /** The same, strings and comments blanked. */
  readonly code: string;
}

interface Finding {
  readonly to: string | null;
  readonly why: string;
  readonly needsOs?: boolean;
}

const MAX_FILES = 400;
const MAX_LINE = 1000;
const MAX_LEFT = 40;
const DEVICE = '"cuda" if torch.cuda.is_available() else "cpu"';
// The first folder of paths that exist on one person's machine only.
const HOME =
  /^(?:\/(?:home|Users|root|data\d?|mnt|media|scratch|work|workspace|nfs|share|ssd\d?|hdd\d?|raid|storage|gpfs|lustre)\/|[A-Za-z]:[\\/])/;

/** Looks through the files that the entry reaches and proposes what is mechanical and safe; says what it leaves alone. */
export function planPatches(request: PatchRequest): PatchPlan {
  const reached = new Set(request.entry.files ?? [request.entry.file]);
  const sources = request.files
    .filter((file) => reached.has(file.path) && file.path.endsWith('.py') && file.text !== null)
    .slice(0, MAX_FILES);
  const plan: PatchPlan & { diff: string } = { patches: [], left: [], diff: '' };
  for (const file of sources) plan.diff += patchFile(file.path, file.text ?? '', request.site, plan);
  return plan;
}

function patchFile(path: string, text: string, site: SiteProfile, plan: PatchPlan): string {
  const blanked = blankStrings(text).split('\n');
  const lines: Line[] = text.split('\n').map((line, index) => ({ text: line, code: blanked[index] ?? '' }));
  const hasTorch = lines.some(({ code }) => /^import torch\s*$/.test(code));
  const hasOs = lines.some(({ code }) => /^import (?:\w+\s*,\s*){0,8}os\b(?!\.)/.test(code));
  const importLine = lines.findIndex(({ code }) => /^(?:import|from) \w/.test(code) && !code.startsWith('from __future__'));
  const edits: LineEdit[] = [];
  let needsOs = false;
  lines.forEach((line, index) => {
    if (line.text.length > MAX_LINE || line.code.trim() === '') return;
    const finding = examine(line, { site, hasTorch, canReadOs: hasOs || importLine >= 0 });
    if (finding === null) return;
    if (finding.to === null) {
      if (plan.left.length < MAX_LEFT) plan.left.push({ file: path, line: index + 1, text: line.text.trim(), why: finding.why });
      return;
    }
    needsOs ||= finding.needsOs === true;
    edits.push({ line: index + 1, to: [finding.to] });
    plan.patches.push({ file: path, line: index + 1, from: line.text.trim(), to: finding.to.trim(), why: finding.why });
  });
  if (needsOs && !hasOs) {
    const end = (lines[importLine]?.text ?? '').endsWith('\r') ? '\r' : '';
    edits.push({ line: importLine + 1, to: [`import os${end}`], insert: true });
  }
  return renderDiff(path, text, edits);
}

interface FileFacts {
  readonly site: SiteProfile;
  readonly hasTorch: boolean;
  readonly canReadOs: boolean;
}

/** What to do about one line; null where it holds nothing of the kind. */
function examine(line: Line, facts: FileFacts): Finding | null {
  return findVisibleDevices(line) ?? findDeviceNumber(line, facts) ?? findCudaCall(line, facts) ?? findPath(line, facts);
}

/** A scheduler hands out devices; a program that names its own takes somebody else's, or one that is not there. */
function findVisibleDevices({ text, code }: Line): Finding | null {
  const match = /^(\s*)os\.environ\[(["'])CUDA_VISIBLE_DEVICES\2\]\s*=\s*(["'])([\d, ]{1,40})\3(\s*)(#.*)?$/.exec(text);
  if (match === null || !/os\.environ\[/.test(code)) return null;
  const [, indent = '', , , devices = '', end = ''] = match;
  return {
    to: `${indent}os.environ.setdefault("CUDA_VISIBLE_DEVICES", "${devices}")${/\r/.test(end) ? '\r' : ''}`,
    why: 'the scheduler’s choice of GPUs must win over a number in the code',
  };
}

/** `cuda:3` of a large machine is not there when one GPU is asked for. */
function findDeviceNumber({ text, code }: Line, { site }: FileFacts): Finding | null {
  const match = /\btorch\.device\(\s*(["'])cuda:([1-9]\d?)\1\s*\)/.exec(text);
  if (match !== null && code.slice(match.index, match.index + 13) === 'torch.device(') {
    const replaced = `torch.device(${site.gpu.vendor === 'none' ? DEVICE : '"cuda:0"'})`;
    return {
      to: text.slice(0, match.index) + replaced + text.slice(match.index + match[0].length),
      why: 'a job that asks for one GPU sees it as number 0',
    };
  }
  const named = /(["'])cuda:[1-9]\d?\1/.exec(text);
  return named === null || code[named.index] === ' '
    ? null
    : { to: null, why: 'names a GPU by its number; pass another device if the program takes one' };
}

/** `.cuda()` stops where there is no GPU; `.to(…)` does the same and goes on. */
function findCudaCall({ text, code }: Line, { site, hasTorch }: FileFacts): Finding | null {
  if (site.gpu.vendor !== 'none') return null;
  const calls = [...code.matchAll(/(?<=[\w)\]])\.cuda\(\s*(\d{0,2})\s*\)/g)];
  if (calls.length === 0) {
    const other = /(?<=[\w)\]])\.cuda\(/.test(code);
    return other ? { to: null, why: '.cuda(…) with arguments that have to be understood first' } : null;
  }
  if (!hasTorch) return { to: null, why: 'there is no GPU here, and the file does not import torch by that name' };
  if (/\btorch\.cuda$/.test(code.slice(0, calls[0]?.index ?? 0))) return null;
  let to = '';
  let from = 0;
  for (const call of calls) {
    to += `${text.slice(from, call.index)}.to(${DEVICE})`;
    from = call.index + call[0].length;
  }
  return { to: to + text.slice(from), why: 'there is no GPU on this site; the same call works with and without one' };
}

/** A default that is a path of somebody's machine can be given from outside, under the same name. */
function findPath({ text, code }: Line, { canReadOs }: FileFacts): Finding | null {
  const argument = /^(\s*\w{1,40}\.add_argument\(.{0,300}?\bdefault\s*=\s*)(["'])([^"'\\{}\n]{2,200})\2(.*)$/.exec(text);
  if (argument !== null && HOME.test(argument[3] ?? '') && code.includes('add_argument(')) {
    const name = /add_argument\(\s*(?:["']-\w["']\s*,\s*)?["']--([\w-]{2,40})["']/.exec(text)?.[1];
    return name === undefined || !canReadOs
      ? { to: null, why: 'the path of another machine as a default; pass the argument' }
      : wrap(argument[1] ?? '', name, argument[3] ?? '', argument[4] ?? '');
  }
  const assigned = /^([A-Za-z_]\w{1,60})(\s*=\s*)(["'])([^"'\\{}\n]{2,200})\3(\s*(?:#.*)?)$/.exec(text);
  if (assigned !== null && HOME.test(assigned[4] ?? '') && code.startsWith(assigned[1] ?? ' ')) {
    const [, name = '', equals = '', , value = '', rest = ''] = assigned;
    return canReadOs ? wrap(`${name}${equals}`, name, value, rest) : { to: null, why: 'the path of another machine' };
  }
  const named = /(["'])((?:\/(?:home|Users|root)\/|[A-Za-z]:\\\\)[^"'\n]{1,200})\1/.exec(text);
  return named === null || code[named.index] === ' '
    ? null
    : { to: null, why: 'the path of another machine, in an expression that has to be understood first' };
}

// Variables that are set wherever a program runs, or that mean something to what starts it.
const TAKEN =
  /^(?:PATH|HOME|PWD|OLDPWD|USER|LOGNAME|HOSTNAME|SHELL|TERM|LANG|EDITOR|PAGER|MAIL|TMP|TEMP|TMPDIR|DISPLAY|RANK|LOCAL_RANK|WORLD_SIZE|MASTER_\w{1,40}|(?:LC|LD|XDG|SSH|PIP|PYTHON|CONDA|VIRTUAL|SLURM|SBATCH|PMI|OMPI|CUDA|NVIDIA|ROCR|HIP|NCCL|RCCL|MIOPEN|HF|TORCH|TRITON|OMP|MKL|WANDB|APPTAINER|SINGULARITY)\w{0,60})$/;

function wrap(head: string, name: string, value: string, rest: string): Finding {
  const plain = name.toUpperCase().replaceAll('-', '_');
  const variable = TAKEN.test(plain) ? `MY_${plain}` : plain;
  return {
    to: `${head}os.environ.get(${JSON.stringify(variable)}, ${JSON.stringify(value)})${rest}`,
    why: `a path of another machine; the variable ${variable} can now take its place`,
    needsOs: true,
  };
}

/** PATCHES.md: every proposal with its reason, the diff to approve, and what is left to a person. */
export function renderPatches(plan: PatchPlan): string {
  const place = (item: { readonly file: string; readonly line: number }) => `\`${cell(item.file)}:${item.line}\``;
  const rows = plan.patches.map((item) => `| ${place(item)} | ${item.why} |`);
  const fence = '`'.repeat(Math.max(3, ...[...plan.diff.matchAll(/`{3,100}/g)].map((match) => match[0].length + 1)));
  const parts = [
    '# Patches',
    plan.patches.length === 0
      ? 'No place was found that can be changed mechanically.'
      : 'Proposed, not applied. `git apply patches.diff` in the repository applies them all; paths stay as they were while no variable is set.',
    ...(rows.length === 0 ? [] : [['| Place | Why |', '|---|---|', ...rows].join('\n'), `${fence}diff\n${plan.diff}${fence}`]),
    ...(plan.left.length === 0
      ? []
      : [
          `## Seen and left alone\n\n${plan.left.map((item) => `- ${place(item)} \`${item.text.slice(0, 120).replaceAll('`', "'")}\`: ${item.why}.`).join('\n')}`,
        ]),
  ];
  return showText(`${parts.join('\n\n')}\n`);
}
