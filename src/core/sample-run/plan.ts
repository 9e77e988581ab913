import { readDiffs } from '../diff-edits.ts';
import { NO_PATCHES, planPatches, type PatchPlan } from '../environment/patches.ts';
import type { EnvPlan, SiteFacts } from '../environment/schema.ts';
import { makeEdits, mergeEdits, type LineEdit } from '../line-edits.ts';
import { keepLiteral, PYTHON, quotePlaces, RUN, showPlaces } from '../placeholders.ts';
import { quoteWord } from '../repo-map/commands/shell-words.ts';
import { findArgument } from '../repo-map/entries/entries.ts';
import type { RepoFile } from '../repo-map/input.ts';
import type { Entry, EntryArgument, RepoMap } from '../repo-map/schema.ts';
import type { SiteProfile } from '../site.ts';
import { chooseBounds, showBound, type BoundChoice, type BoundContext } from './bounds.ts';
import { chooseEntry } from './choose-entry.ts';
import { chooseConfigEdits } from './config-edits.ts';
import { chooseEdits, renderEditedRunner, renderNotebookScript, RUNNER_PATH, toLineEdits, type Edit } from './edits.ts';
import { chooseVariables } from './environment-bounds.ts';
import { fullOf } from './full-run.ts';
import { listLeftOut } from './holes.ts';
import { completeArguments, DO_TRAIN } from './implied.ts';
import { CONSOLE_RUNNER, notebookPath, preparationWords, renderConsoleRunner, resolveEntry, showWords, startWords } from './launch.ts';
import { isGiven, listNotes } from './notes.ts';
import { numberOf, plainName } from './numbers.ts';
import { applyWords, renderPatchFiles } from './patch-files.ts';
import type { SamplePlan } from './schema.ts';
import { addUnknown, fullValueOf, leaveOut, readGiven, setArgument } from './words.ts';

/** Changes that a remedy or a person asks for. */
export interface SampleAdjustment {
  readonly arguments?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly memoryFactor?: number;
  readonly timeFactor?: number;
  /** Unified diffs against the files as they are, one after the other. */
  readonly patches?: readonly string[];
}

export interface SampleRequest {
  readonly map: RepoMap;
  /** The entry to run; the best one that trains unless told. */
  readonly entry?: Entry;
  readonly site: SiteProfile;
  readonly facts: SiteFacts;
  readonly env: EnvPlan;
  readonly files: readonly RepoFile[];
  readonly adjust?: SampleAdjustment;
}

/** What makes the work short, wherever that is set. */
interface Shortening {
  readonly choice: BoundChoice;
  readonly bounds: SamplePlan['bounds'];
  /** Numbers of the source that are changed while it is read. */
  readonly edits: readonly Edit[];
  /** Lines that are changed in the run's copy. */
  readonly patch: readonly LineEdit[];
  readonly env: Readonly<Record<string, string>>;
  /** Folders that are made first. */
  readonly folders?: readonly string[];
  /** How long the full run is, where a config file says it. */
  readonly full?: Omit<SamplePlan['full'], 'command'>;
}

/** Plans a short run of one entry: the words, the variables, the files and the resources; null when nothing can be started. */
export function planSample(request: SampleRequest): SamplePlan | null {
  return planPatchedSample(request)?.plan ?? null;
}

/** The same with everything that is known of the places which are tied to one machine, those that the plan leaves alone among them. */
export function planPatchedSample(request: SampleRequest): { readonly plan: SamplePlan; readonly patches: PatchPlan } | null {
  const chosen = request.entry ?? chooseEntry(request.map);
  if (chosen === undefined) return null;
  const gpus = countGpus(request.map, request.site, request.facts);
  const plain = resolveEntry(chosen);
  const text = readReached(plain, request.files);
  const entry = completeArguments({ entry: plain, text, files: request.files });
  const { short: planned, patches } = patch(entry, shorten(entry, text, request, gpus), request, gpus);
  const short = { ...planned, patch: addDiffs(planned.patch, request) };
  const words = applySettings(entry, short.choice, request.adjust?.arguments ?? {});
  const { files, runner } = planFiles(entry, short, request.files);
  const start = startWords(entry, words, { gpus, runner });
  const before = beforeWords(entry, short);
  const shown = [...preparationWords(entry), showWords(entry, words, start)].map((argv) =>
    argv.map((word) => quoteWord(showPlaces(word))).join(' '),
  );
  const { choice, edits } = short;
  const stepsInSource = edits.some((edit) => edit.role === 'steps');
  const plan: SamplePlan = {
    schemaVersion: 1,
    argv: before.length > 0 ? ['sh', `${RUN}/plan/sample.sh`, PYTHON] : start,
    command: shown.join(' && '),
    cwd: entry.cwd,
    env: { ...planEnv(request, gpus), ...short.env, ...patches.env, ...markValues(request.adjust?.env ?? {}) },
    files: before.length === 0 ? files : [...files, renderStart(entry, before, start)],
    bounds: short.bounds.map((bound) => overrideBound(bound, request)),
    expected: expectedOf(entry, short, words),
    stopsByClock: !choice.isShort && !stepsInSource,
    resources: planResources(request, gpus),
    full: { ...fullOf(entry, short), command: showFull(entry, short, request) },
    ...(patches.patches.length === 0 ? {} : { patches: patches.patches.map((item) => ({ ...item })) }),
    notes: listNotes({
      map: request.map,
      leftOut: listLeftOut((chosen.runs ?? chosen).argv, plain.argv),
      questions: patches.questions,
      isMadeForCpu: gpus === 0 && isMadeForCpu(patches),
      site: request.site,
      entry,
      gpus,
      minutes: String(Math.round(request.site.sample.minutes * (request.adjust?.timeFactor ?? 1))),
      bound: describeBound(short),
      adjusted: request.adjust?.arguments ?? {},
      isSet: (name) =>
        choice.settings.some((item) => item.argument.name === name) ||
        entry.arguments.some((item) => item.name === name && isGiven(entry, item)),
    }),
  };
  return { plan, patches };
}

/**
 * The places that are tied to one machine, as far as this run needs them changed, beside what makes it short. They are looked for in the
 * files as the shortening leaves them; numbers that would be changed while a script is read are then changed in the copy as well.
 */
function patch(entry: Entry, short: Shortening, request: SampleRequest, gpus: number): { short: Shortening; patches: PatchPlan } {
  const inSource = short.patch.length > 0 ? [] : (toLineEdits(entry, short.edits, request.files) ?? []);
  const set = short.choice.settings.map((item) => plainName(item.argument.name));
  const given = entry.arguments.filter((item) => isGiven(entry, item)).map((item) => plainName(item.name));
  const off = entry.arguments.filter((item) => item.role === 'device' && isOff(item, short.choice));
  const patches = planPatches({
    map: request.map,
    entry,
    gpus,
    files: makeEdits([...short.patch, ...inSource], request.files),
    given: [...set, ...given, ...Object.keys(request.adjust?.arguments ?? {}).map(plainName)],
    off: off.map((item) => plainName(item.name)),
    set: [...Object.keys(request.site.env), ...Object.keys(request.adjust?.env ?? {})],
  });
  if (patches.edits.length === 0) return { short, patches };
  const isShared = entry.launcher !== 'notebook' && patches.edits.some((edit) => edit.file === entry.file);
  // The runner counts lines of a file that nobody else changes.
  if (isShared && short.patch.length === 0 && short.edits.length > 0 && inSource.length === 0) return { short, patches: NO_PATCHES };
  const merged = mergeEdits([...short.patch, ...(isShared ? inSource : [])], patches.edits);
  return { short: { ...short, patch: merged, folders: patches.folders }, patches };
}

/** What was proposed after a failure and will be asked for with the rest: on a line that both change, it is the proposal that counts. */
function addDiffs(own: readonly LineEdit[], { adjust, files }: SampleRequest): readonly LineEdit[] {
  const diffs = adjust?.patches ?? [];
  const read = diffs.length === 0 ? { edits: [] } : readDiffs(diffs, files);
  return 'problem' in read ? own : mergeEdits(own, read.edits);
}

/** True where every line that would want a GPU is changed so that it does without. */
function isMadeForCpu({ patches, left }: PatchPlan): boolean {
  const namesGpu = (text: string): boolean => /cuda/i.test(text);
  return patches.some((item) => namesGpu(item.from)) && !left.some((item) => namesGpu(item.text));
}

/** True for a switch that the run leaves or turns off. */
function isOff(argument: EntryArgument, choice: BoundChoice): boolean {
  const setting = choice.settings.find((item) => item.argument === argument);
  if (setting !== undefined) return /^(cpu|false|0|-1|)$/i.test(setting.value) || /^-*(no|disable)[-_]|cpu/.test(argument.name);
  return argument.style === 'flag' && !/^-*(no|disable)[-_]|cpu/.test(argument.name) && argument.default !== 'True';
}

/** Arguments first, then variables that the code asks for, then the config that it reads, then numbers in the source; else the clock. */
function shorten(entry: Entry, text: string, request: SampleRequest, gpus: number): Shortening {
  const context: BoundContext = {
    gpus,
    cpus: planResources(request, gpus).cpus,
    needsWorkers:
      /persistent_workers\s{0,9}=\s{0,9}True|['"]persistent_workers['"]\s{0,9}:\s{0,9}True|prefetch_factor\s{0,9}=\s{0,9}[1-9]/.test(text),
    outputFolder: `${RUN}/output`,
    isForGpu: request.map.hardware.class !== 'cpu',
    isAgent: /\b(import|from) (gym|gymnasium|stable_baselines3|procgen|dm_control|procgen|envpool)\b|\benvs?\.step\(/.test(text),
    isGiven: (argument) => isGiven(entry, argument),
    fullValue: (argument) => fullValueOf(entry, argument),
  };
  const choice = adaptToTraining(entry, chooseBounds(entry, context));
  const own = choice.settings.map((setting) => showBound(entry, setting));
  const none = { choice, bounds: own, edits: [], patch: [], env: {} };
  if (choice.expected !== null || choice.isShort) return none;
  const variables = chooseVariables(text);
  if (variables !== null)
    return { ...none, ...variables, choice: { ...variables.choice, settings: choice.settings }, bounds: [...own, ...variables.bounds] };
  const config = chooseConfigEdits(entry, request.files, context);
  if (config !== null)
    return {
      ...none,
      choice: { ...config.choice, settings: choice.settings },
      bounds: [...own, ...config.bounds],
      patch: config.edits,
      ...(config.full === undefined ? {} : { full: config.full }),
    };
  const edits = chooseEdits(entry);
  const bounds = [...own, ...edits.map(showEdit)];
  const readsItself = entry.launcher === 'python' || entry.launcher === 'notebook' || entry.launcher === 'lightning';
  if (readsItself || edits.length === 0) return { ...none, edits, bounds };
  // Behind other launchers nothing of ours reads the source, so the run's copy is changed.
  const patch = toLineEdits(entry, edits, request.files);
  return patch === null ? none : { ...none, edits, bounds, patch };
}

/** Without these the program would not train at all, whatever the command in the documents was for. */
function adaptToTraining(entry: Entry, choice: BoundChoice): BoundChoice {
  const more: BoundChoice['settings'][number][] = [];
  const isLaunched = entry.argv.includes('torch.distributed.launch') && !entry.argv.some((word) => /^--use[_-]env$/.test(word));
  for (const argument of entry.arguments) {
    const name = plainName(argument.name);
    const given = isGiven(entry, argument);
    if (argument.name === DO_TRAIN && argument.style === 'flag' && !given)
      more.push({ argument, value: 'True', why: 'without it the program does not train' });
    else if (
      argument.style === 'flag' &&
      given &&
      /^(dry_run|evaluate|eval|eval_only|only_eval|test|test_only|only_test|validate|infer_only)$/.test(name)
    )
      more.push({ argument, value: 'False', why: 'the sample is to train' });
    else if (name === 'local_rank' && isLaunched && !given)
      more.push({ argument, value: '0', why: 'as the launcher of the documents gives it' });
  }
  const isOther = (item: BoundChoice['settings'][number]) => !more.some((added) => added.argument === item.argument);
  return { ...choice, settings: [...choice.settings.filter(isOther), ...more] };
}

const MAX_REACHED = 400;

/** The text of an entry and of what it imports. */
function readReached(entry: Entry, files: readonly RepoFile[]): string {
  const reached = new Set((entry.files ?? [entry.file]).slice(0, MAX_REACHED));
  return files
    .filter((file) => reached.has(file.path))
    .map((file) => file.text ?? '')
    .join('\n');
}

/** How many GPUs a sample gets. */
export function countGpus(map: RepoMap, site: SiteProfile, facts: SiteFacts): number {
  if (map.hardware.class === 'cpu') return 0;
  return site.backend === 'local' ? Math.min(site.sample.gpus, facts.gpus) : site.sample.gpus;
}

function applySettings(entry: Entry, choice: BoundChoice, adjusted: Readonly<Record<string, string>>): string[] {
  let words = entry.argv.map(keepLiteral);
  for (const { argument, value, isLeftOut } of choice.settings)
    words = isLeftOut === true ? leaveOut(words, entry, argument) : setArgument(words, entry, argument, value);
  for (const [name, value] of Object.entries(adjusted)) {
    const argument = findArgument(entry, name);
    words =
      argument === undefined
        ? addUnknown(words, keepLiteral(name), keepLiteral(value))
        : setArgument(words, entry, argument, keepLiteral(value));
  }
  return words;
}

/** What runs before the program itself: the patch, then what makes its data. */
function beforeWords(entry: Entry, short: Shortening): string[][] {
  const preparations = preparationWords(entry).map((argv) => [PYTHON, ...argv.slice(1)]);
  const folders = (short.folders ?? []).map((folder) => ['mkdir', '-p', folder]);
  return short.patch.length === 0 ? preparations : [applyWords(PYTHON, RUN), ...folders, ...preparations];
}

function planFiles(entry: Entry, short: Shortening, all: readonly RepoFile[]): { files: SamplePlan['files']; runner: string | null } {
  const patch = short.patch.length === 0 ? [] : renderPatchFiles(short.patch, all);
  if (entry.launcher === 'notebook') {
    const text = all.find((file) => file.path === entry.file)?.text ?? '';
    const content = renderNotebookScript(text, short.edits);
    const why = `the code cells of ${entry.file}; magics and shell lines are comments`;
    return { files: [...(content === null ? [] : [{ path: notebookPath(entry), content, why }]), ...patch], runner: null };
  }
  if (entry.launcher === 'console-script') {
    const runner = renderConsoleRunner(entry, all);
    return { files: [...(runner ?? []), ...patch], runner: runner === null ? null : CONSOLE_RUNNER };
  }
  const isRead = short.edits.length > 0 && short.patch.length === 0;
  return isRead ? { files: [renderEditedRunner(short.edits)], runner: RUNNER_PATH } : { files: patch, runner: null };
}

function renderStart(entry: Entry, before: readonly (readonly string[])[], start: readonly string[]): SamplePlan['files'][number] {
  const quote = (words: readonly string[]) => words.map((word) => quotePlaces(word, quoteWord)).join(' ');
  const lines = [
    '#!/bin/sh',
    'set -e',
    'python=$1',
    'run=$(cd "$(dirname "$0")/.." && pwd)',
    ...before.map(quote),
    `exec ${quote(start)}`,
    '',
  ];
  const made = (entry.preparations ?? []).map((item) => `${item.argv.slice(1).join(' ')} (${item.why})`);
  const first = before.some((words) => words[0] === PYTHON && words[1]?.endsWith('apply_edits.py'))
    ? ['the changes to the copy', ...made]
    : made;
  return { path: 'plan/sample.sh', content: lines.join('\n'), why: `first ${first.join(', ')}, then the training` };
}

/** The variables of every sample. */
export function planEnv(request: Pick<SampleRequest, 'site' | 'facts' | 'env'>, gpus: number): Record<string, string> {
  const threads = String(
    request.site.backend === 'local' ? Math.min(request.site.sample.cpus, request.facts.cpus) : request.site.sample.cpus,
  );
  return {
    // Caches stay in the run's folder, unless the site has a better place: a job's home may be read-only, small or shared.
    XDG_CACHE_HOME: `${RUN}/cache`,
    MPLCONFIGDIR: `${RUN}/cache/matplotlib`,
    ...request.env.env,
    PYTHONUNBUFFERED: '1',
    MPLBACKEND: 'Agg',
    WANDB_MODE: 'offline',
    TOKENIZERS_PARALLELISM: 'false',
    OMP_NUM_THREADS: threads,
    ...(gpus === 0 && request.facts.gpus > 0 ? { CUDA_VISIBLE_DEVICES: '' } : {}),
  };
}

function markValues(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, keepLiteral(value)]));
}

/** What a sample asks the site for. */
export function planResources(request: Pick<SampleRequest, 'site' | 'facts' | 'adjust'>, gpus: number): SamplePlan['resources'] {
  const { site, facts, adjust } = request;
  const isLocal = site.backend === 'local';
  const memory = Math.round(site.sample.memoryMb * (adjust?.memoryFactor ?? 1));
  return {
    cpus: isLocal ? Math.min(site.sample.cpus, facts.cpus) : site.sample.cpus,
    // 1 is what the probe says where it could not tell.
    memoryMb: isLocal && facts.memoryMb > 1 ? Math.min(memory, facts.memoryMb) : memory,
    gpus,
    nodes: 1,
    timeLimitSeconds: Math.max(1, Math.round(site.sample.minutes * 60 * (adjust?.timeFactor ?? 1))),
  };
}

function overrideBound(bound: SamplePlan['bounds'][number], request: SampleRequest): SamplePlan['bounds'][number] {
  const asked = Object.entries(request.adjust?.arguments ?? {}).find(([name]) => plainName(name) === plainName(bound.argument));
  return asked === undefined ? bound : { ...bound, value: asked[1], why: 'asked for' };
}

function showEdit(edit: Edit): SamplePlan['bounds'][number] {
  return {
    argument: edit.name,
    value: edit.to,
    fullValue: edit.from,
    why: `a number in the source, line ${String(edit.line)}; changed while it is read`,
    by: 'source',
  };
}

function describeBound({ choice, edits }: Shortening): 'short' | 'epochs' | 'nothing' {
  if (choice.isShort) return 'short';
  if (choice.expected !== null) return choice.expected.unit === 'epoch' ? 'epochs' : 'short';
  return edits.length > 0 ? 'short' : 'nothing';
}

/** What the log should reach, read back from the words so that adjustments count. */
function expectedOf(entry: Entry, { choice, edits }: Shortening, words: readonly string[]): SamplePlan['expected'] {
  if (choice.expected === null) {
    const [only, ...more] = edits;
    return only === undefined || more.length > 0 ? null : { unit: only.role === 'steps' ? 'step' : 'epoch', total: Number(only.to) };
  }
  const role = choice.expected.unit === 'step' ? 'steps' : 'epochs';
  const setting = choice.settings.find((item) => item.argument.role === role);
  const total = setting === undefined ? null : numberOf(readGiven(words, entry, setting.argument));
  return total === null ? choice.expected : { ...choice.expected, total };
}

/** The command of a full run: what was changed to make it run at all belongs to it, what only makes it short does not. */
function showFull(entry: Entry, { choice }: Shortening, { adjust }: SampleRequest): string {
  const isBound = (name: string): boolean => choice.settings.some((item) => item.argument === findArgument(entry, name));
  const changed = Object.entries(adjust?.arguments ?? {}).filter(([name]) => !isBound(name));
  const env = Object.entries(adjust?.env ?? {}).map(([name, value]) => `${name}=${quoteWord(value)} `);
  if (changed.length === 0) return `${env.join('')}${entry.command}`;
  const words = applySettings(entry, { ...choice, settings: [] }, Object.fromEntries(changed));
  return `${env.join('')}${words.map((word) => quoteWord(showPlaces(word))).join(' ')}`;
}
