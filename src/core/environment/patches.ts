/**
 * Places in the code that are tied to one machine: which of them a run needs changed in its own copy, which are only proposed, and which
 * nobody can decide by rule. Nothing is applied here.
 */
import { makeEdits, renderEdits, type LineEdit } from '../line-edits.ts';
import type { RepoFile } from '../repo-map/input.ts';
import type { Entry, RepoMap } from '../repo-map/schema.ts';
import { blankStrings } from './code-lines.ts';
import { findDevice, findGuard } from './patch-devices.ts';
import { importsPlainly, type CodePlace, type Finding } from './patch-line.ts';
import { answerPath, findPath, type PathFacts } from './patch-paths.ts';

export interface PatchRequest {
  readonly map: Pick<RepoMap, 'name'>;
  readonly entry: Pick<Entry, 'file' | 'files'>;
  /** GPUs that the run sees. */
  readonly gpus: number;
  readonly files: readonly RepoFile[];
  /** Arguments whose value the command gives, by their plain names. */
  readonly given?: readonly string[];
  /** Switches for a GPU that the command leaves off, by their plain names. */
  readonly off?: readonly string[];
  /** Variables that are set for the run. */
  readonly set?: readonly string[];
}

export interface Patch {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

interface LeftPlace {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly why: string;
}

export interface PatchPlan {
  /** What this run needs. */
  readonly patches: readonly Patch[];
  /** The same for a machine, with what the lines need around them. */
  readonly edits: readonly LineEdit[];
  readonly diff: string;
  /** Values of the variables that the patches ask for, as words of a plan. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders that those values name and that have to be made. */
  readonly folders: readonly string[];
  /** Changes that could be made and make no difference to this run, or none yet. */
  readonly proposed: readonly Patch[];
  readonly proposedDiff: string;
  /** What only a person can tell, each a sentence. */
  readonly questions: readonly string[];
  /** Places that were seen and are left alone, each with the reason. */
  readonly left: readonly LeftPlace[];
}

/** Nothing to change and nothing seen. */
export const NO_PATCHES: PatchPlan = {
  patches: [],
  edits: [],
  diff: '',
  env: {},
  folders: [],
  proposed: [],
  proposedDiff: '',
  questions: [],
  left: [],
};

const MAX_FILES = 400;
const MAX_LINE = 1000;
const MAX_LEFT = 40;
const MAX_PATCHES = 200;

interface Collected {
  readonly patches: Patch[];
  readonly edits: LineEdit[];
  readonly proposed: Patch[];
  readonly proposedEdits: LineEdit[];
  readonly env: Map<string, string>;
  readonly folders: string[];
  readonly questions: string[];
  readonly left: LeftPlace[];
  /** Which path a variable stands for. */
  readonly variables: Map<string, string>;
}

/** Looks through the files that the entry reaches and decides about each place by rule. */
export function planPatches(request: PatchRequest): PatchPlan {
  const reached = new Set(request.entry.files ?? [request.entry.file]);
  const sources = request.files
    .filter((file) => reached.has(file.path) && file.path.endsWith('.py') && file.text !== null)
    .slice(0, MAX_FILES)
    .map((file) => ({ file, lines: readLines(file.text ?? '') }));
  const guard = findGuard(
    sources.flatMap((source) => source.lines),
    request.off ?? [],
  );
  const found: Collected = {
    patches: [],
    edits: [],
    proposed: [],
    proposedEdits: [],
    env: new Map(),
    folders: [],
    questions: [],
    left: [],
    variables: new Map(),
  };
  for (const { file, lines } of sources) patchFile(file.path, lines, guard, request, found);
  const { env, edits, proposedEdits, variables: _variables, ...rest } = found;
  return {
    ...rest,
    edits,
    env: Object.fromEntries(env),
    diff: renderEdits(edits, request.files),
    proposedDiff: renderEdits(proposedEdits, makeEdits(edits, request.files)),
  };
}

function readLines(text: string): CodePlace[] {
  const blanked = blankStrings(text).split('\n');
  return text.split('\n').map((line, index) => {
    const end = line.endsWith('\r') ? '\r' : '';
    const length = line.length - end.length;
    return { index, text: line.slice(0, length), code: (blanked[index] ?? '').slice(0, length), end };
  });
}

function patchFile(path: string, lines: readonly CodePlace[], guard: RegExp, request: PatchRequest, found: Collected): void {
  const hasOs = importsPlainly(lines, 'os');
  const importLine = lines.findIndex(({ code }) => /^(?:import|from) \w/.test(code) && !code.startsWith('from __future__'));
  const facts: PathFacts = {
    lines,
    gpus: request.gpus,
    hasTorch: importsPlainly(lines, 'torch'),
    guard,
    given: request.given ?? [],
    canReadOs: hasOs || importLine >= 0,
  };
  const own = { applied: [] as LineEdit[], proposed: [] as LineEdit[] };
  const needsOs = { applied: false, proposed: false };
  for (const place of lines) {
    if (place.text.length > MAX_LINE || place.code.trim() === '') continue;
    const finding = findDevice(place, facts) ?? findPath(place, facts);
    if (finding === null) continue;
    const decided = decide(path, place, finding, request, found);
    if (decided === null) continue;
    own[decided].push({ file: path, line: place.index + 1, from: place.text + place.end, to: (finding.to ?? '') + place.end });
    needsOs[decided] ||= finding.needsOs === true;
  }
  const withImport = (edits: LineEdit[], needed: boolean): LineEdit[] => {
    const { text = '', end = '' } = lines[importLine] ?? {};
    const from = text + end;
    return needed && !hasOs ? [{ file: path, line: importLine + 1, from, to: `import os${end}\n${from}` }, ...edits] : edits;
  };
  found.edits.push(...withImport(own.applied, needsOs.applied));
  found.proposedEdits.push(...withImport(own.proposed, needsOs.proposed && !needsOs.applied));
}

/** Whether a change is made, only proposed, or neither; notes it where it belongs. */
function decide(path: string, place: CodePlace, finding: Finding, request: PatchRequest, found: Collected): 'applied' | 'proposed' | null {
  const line = place.index + 1;
  if (finding.to === null || found.patches.length + found.proposed.length >= MAX_PATCHES) {
    if (found.left.length < MAX_LEFT) found.left.push({ file: path, line, text: place.text.trim(), why: finding.why });
    return null;
  }
  const patch = { file: path, line, from: place.text.trim(), to: finding.to.trim() };
  const reason = finding.idle ?? answer(path, line, finding, request, found);
  if (reason === null) {
    found.patches.push({ ...patch, why: finding.why });
    return 'applied';
  }
  found.proposed.push({ ...patch, why: `${finding.why}; not made, since ${reason}` });
  return 'proposed';
}

/** Why a path cannot be replaced yet; null where it can, and its variable is then set. */
function answer(path: string, line: number, finding: Finding, request: PatchRequest, found: Collected): string | null {
  if (finding.path === undefined) return null;
  const { variable } = finding.path;
  const other = found.variables.get(variable);
  if (other !== undefined && other !== finding.path.path) return `${variable} already stands for ${other}`;
  found.variables.set(variable, finding.path.path);
  const facts = { set: request.set ?? [], files: request.files, name: request.map.name };
  const told = answerPath(finding.path, facts);
  if (told.known) {
    if (told.value !== null) found.env.set(variable, told.value);
    if (told.folder !== undefined && !found.folders.includes(told.folder)) found.folders.push(told.folder);
    return null;
  }
  if (other === undefined)
    found.questions.push(
      `Where is ${finding.path.path} here (${path}:${line})? Nobody can tell by rule${told.hint}. Set ${variable} under \`env\` of this site in reprobot.yaml; the run then reads it from there.`,
    );
  return `nobody knows yet where it is here (${variable})`;
}
