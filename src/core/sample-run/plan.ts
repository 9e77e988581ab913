import type { EnvPlan, SiteFacts } from '../environment/schema.ts';
import { keepLiteral, PYTHON, quotePlaces, RUN, showPlaces } from '../placeholders.ts';
import { findArgument, quoteWord } from '../repo-map/entries.ts';
import { nameOf, type RepoFile } from '../repo-map/input.ts';
import type { Entry, EntryArgument, RepoMap } from '../repo-map/schema.ts';
import { isMissingFor } from '../repo-map/signals.ts';
import type { SiteProfile } from '../site.ts';
import { chooseBounds, numberOf, showBound, type BoundChoice } from './bounds.ts';
import { chooseEdits, renderEditedRunner, renderNotebookScript, type Edit } from './edits.ts';
import type { SamplePlan } from './schema.ts';
import { addUnknown, fullValueOf, readGiven, setArgument } from './words.ts';

/** Changes that a remedy or a person asks for. */
export interface SampleAdjustment {
  readonly arguments?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly memoryFactor?: number;
  readonly timeFactor?: number;
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

/** The entry that a sample runs: the best one that trains, else the best one; undefined when nothing can be started. */
export function chooseEntry(map: RepoMap): Entry | undefined {
  const best = (kinds: readonly Entry['kind'][]) => map.entries.find((entry) => kinds.includes(entry.kind));
  return best(['train', 'notebook']) ?? best(['other', 'demo', 'evaluate', 'preprocess', 'download']);
}

/** Plans a short run of one entry: the words, the variables, the files and the resources; null when nothing can be started. */
export function planSample(request: SampleRequest): SamplePlan | null {
  const entry = request.entry ?? chooseEntry(request.map);
  if (entry === undefined) return null;
  const gpus = countGpus(request);
  const file = request.files.find((item) => item.path === entry.file);
  const choice = chooseBounds(entry, {
    gpus,
    needsWorkers: needsWorkers(entry, request.files),
    outputFolder: `${RUN}/output`,
    isGiven: (argument) => isGiven(entry, argument),
    fullValue: (argument) => fullValueOf(entry, argument),
  });
  const edits = choice.expected === null && !choice.isShort ? chooseEdits(entry) : [];
  const words = applySettings(entry, choice, request.adjust?.arguments ?? {});
  const start = startWords(entry, words, edits, gpus);
  const shown = [
    ...preparationWords(entry).map((argv) => argv.map((word) => quoteWord(showPlaces(word))).join(' ')),
    showWords(entry, words, start)
      .map((word) => quoteWord(showPlaces(word)))
      .join(' '),
  ];
  const files = planFiles(entry, file?.text ?? null, edits, start);
  return {
    schemaVersion: 1,
    argv: preparationWords(entry).length > 0 ? ['sh', `${RUN}/plan/sample.sh`, PYTHON] : start,
    command: shown.join(' && '),
    cwd: entry.cwd,
    env: planEnv(request, gpus),
    files,
    bounds: [...choice.settings.map((setting) => overrideBound(showBound(entry, setting), request)), ...edits.map(showEdit)],
    expected: expectedOf(entry, choice, edits, words),
    stopsByClock: !choice.isShort && !edits.some((edit) => edit.role === 'steps'),
    resources: planResources(request, gpus),
    full: fullOf(entry),
    notes: listNotes(request, entry, choice, edits, gpus),
  };
}

function countGpus(request: SampleRequest): number {
  const { site, map, facts } = request;
  if (map.hardware.class === 'cpu') return 0;
  return site.backend === 'local' ? Math.min(site.sample.gpus, facts.gpus) : site.sample.gpus;
}

function needsWorkers(entry: Entry, files: readonly RepoFile[]): boolean {
  const reached = new Set(entry.files ?? [entry.file]);
  return files.some(
    (file) =>
      reached.has(file.path) &&
      /persistent_workers\s*=\s*True|['"]persistent_workers['"]\s*:\s*True|prefetch_factor\s*=\s*[1-9]/.test(file.text ?? ''),
  );
}

function applySettings(entry: Entry, choice: BoundChoice, adjusted: Readonly<Record<string, string>>): string[] {
  let words = entry.argv.map(keepLiteral);
  for (const { argument, value } of choice.settings) words = setArgument(words, entry, argument, value);
  for (const [name, value] of Object.entries(adjusted)) {
    const argument = findArgument(entry, name);
    words =
      argument === undefined
        ? addUnknown(words, keepLiteral(name), keepLiteral(value))
        : setArgument(words, entry, argument, keepLiteral(value));
  }
  return words;
}

/** The places of a plan stand in words of our own only: every word of the repository comes through `keepLiteral`.
 *  These are the words that start the entry with the run's interpreter; launchers are narrowed to one process. */
function startWords(entry: Entry, words: readonly string[], edits: readonly Edit[], gpus: number): string[] {
  const script = words.findIndex((word) => word.endsWith('.py'));
  const rest = script < 0 ? words.slice(1) : words.slice(script);
  switch (entry.launcher) {
    case 'notebook':
      return [PYTHON, `${RUN}/${notebookPath(entry)}`];
    case 'torchrun':
      return [PYTHON, '-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=1', ...rest];
    case 'accelerate':
      return [
        PYTHON,
        '-m',
        'accelerate.commands.launch',
        '--num_processes=1',
        '--num_machines=1',
        ...(gpus === 0 ? ['--cpu'] : []),
        ...rest,
      ];
    case 'deepspeed':
      return [PYTHON, '-m', 'deepspeed.launcher.runner', '--num_gpus=1', ...rest];
    case 'module':
      return [PYTHON, ...words.slice(1)];
    default:
      return edits.length > 0 ? [PYTHON, `${RUN}/plan/run_shortened.py`, ...rest] : [PYTHON, ...rest];
  }
}

/** As a person would type it: launchers as they are narrowed, everything else as the repository says. */
function showWords(entry: Entry, words: readonly string[], start: readonly string[]): string[] {
  if (entry.launcher === 'notebook') return ['python', nameOf(notebookPath(entry))];
  return ['torchrun', 'accelerate', 'deepspeed'].includes(entry.launcher) ? ['python', ...start.slice(1)] : [...words];
}

function isGiven(entry: Entry, argument: EntryArgument): boolean {
  return entry.argv.some((word) => word.startsWith('-') && findArgument(entry, word) === argument);
}

function notebookPath(entry: Entry): string {
  return `plan/${nameOf(entry.file)
    .replace(/\.ipynb$/, '')
    .replaceAll(/[^\w-]/g, '_')}.py`;
}

function preparationWords(entry: Entry): string[][] {
  return (entry.preparations ?? []).map((item) => item.argv.map(keepLiteral));
}

function planFiles(entry: Entry, text: string | null, edits: readonly Edit[], start: readonly string[]): SamplePlan['files'] {
  const files: SamplePlan['files'] = [];
  if (entry.launcher === 'notebook') {
    const content = renderNotebookScript(text ?? '', edits);
    if (content !== null)
      files.push({ path: notebookPath(entry), content, why: `the code cells of ${entry.file}; magics and shell lines are comments` });
  } else if (edits.length > 0 && entry.launcher === 'python') files.push(renderEditedRunner(edits));
  if (preparationWords(entry).length === 0) return files;
  const quote = (words: readonly string[]) => words.map((word) => quotePlaces(word, quoteWord)).join(' ');
  const lines = preparationWords(entry).map((argv) => quote([PYTHON, ...argv.slice(1)]));
  const content = ['#!/bin/sh', 'set -e', 'python=$1', 'run=$(cd "$(dirname "$0")/.." && pwd)', ...lines, `exec ${quote(start)}`, ''].join(
    '\n',
  );
  return [
    ...files,
    {
      path: 'plan/sample.sh',
      content,
      why: `first ${(entry.preparations ?? []).map((item) => `${item.argv.slice(1).join(' ')} (${item.why})`).join(', ')}, then the training`,
    },
  ];
}

function planEnv(request: SampleRequest, gpus: number): Record<string, string> {
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
    ...markValues(request.adjust?.env ?? {}),
  };
}

function markValues(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, keepLiteral(value)]));
}

function planResources(request: SampleRequest, gpus: number): SamplePlan['resources'] {
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
  const plain = (name: string) => name.replace(/^-+/, '').replaceAll('-', '_');
  const asked = Object.entries(request.adjust?.arguments ?? {}).find(([name]) => plain(name) === plain(bound.argument));
  return asked === undefined ? bound : { ...bound, value: asked[1], why: 'asked for' };
}

function showEdit(edit: Edit): SamplePlan['bounds'][number] {
  return {
    argument: edit.name,
    value: edit.to,
    fullValue: edit.from,
    why: `a number in the source, line ${String(edit.line)}; changed while it is read`,
  };
}

/** What the log should reach, read back from the words so that adjustments count. */
function expectedOf(entry: Entry, choice: BoundChoice, edits: readonly Edit[], words: readonly string[]): SamplePlan['expected'] {
  if (choice.expected === null) {
    const [only, ...more] = edits;
    return only === undefined || more.length > 0 ? null : { unit: only.role === 'steps' ? 'step' : 'epoch', total: Number(only.to) };
  }
  const role = choice.expected.unit === 'step' ? 'steps' : 'epochs';
  const setting = choice.settings.find((item) => item.argument.role === role);
  const total = setting === undefined ? null : numberOf(readGiven(words, entry, setting.argument));
  return total === null ? choice.expected : { ...choice.expected, total };
}

function fullOf(entry: Entry): SamplePlan['full'] {
  const totalOf = (argument: EntryArgument) => numberOf(fullValueOf(entry, argument));
  const steps = entry.arguments.find((item) => item.role === 'steps' && (totalOf(item) ?? 0) > 0);
  const bounding = steps ?? entry.arguments.find((item) => item.role === 'epochs');
  const constant = entry.constants?.[0];
  const total = bounding !== undefined ? totalOf(bounding) : constant === undefined ? null : numberOf(constant.value);
  const role = bounding?.role ?? constant?.role ?? null;
  return { command: entry.command, unit: role === null || total === null ? null : role === 'steps' ? 'step' : 'epoch', total };
}

function listNotes(request: SampleRequest, entry: Entry, choice: BoundChoice, edits: readonly Edit[], gpus: number): string[] {
  const { map, site } = request;
  const notes: string[] = [];
  const minutes = String(Math.round(site.sample.minutes * (request.adjust?.timeFactor ?? 1)));
  if (!choice.isShort && edits.length === 0 && choice.expected === null)
    notes.push(`No argument bounds the work: the clock stops it after ${minutes} minutes, which is no failure.`);
  else if (choice.expected?.unit === 'epoch' && !choice.isShort)
    notes.push(`One epoch may be longer than the sample: the clock then stops it after ${minutes} minutes, which is no failure.`);
  for (const argument of entry.arguments) {
    const isSet = isGiven(entry, argument) || request.adjust?.arguments?.[argument.name] !== undefined;
    if (argument.required && !isSet && argument.style !== 'positional')
      notes.push(
        `${argument.name} is required and has no default (${argument.evidence.file}:${String(argument.evidence.line)}): it needs a value from you.`,
      );
  }
  for (const asset of map.assets) {
    const isRead = asset.evidence.some((item) => entry.files?.includes(item.file) === true);
    if (isMissingFor(asset, entry))
      notes.push(
        `Reads ${asset.reference}, which is not in the repository (${asset.evidence[0]?.file ?? ''}:${String(asset.evidence[0]?.line ?? 1)}).`,
      );
    else if (isRead && !asset.present && asset.source !== 'path')
      notes.push(`Downloads ${asset.reference} while it runs${site.internet.compute ? '' : '; jobs here have no internet'}.`);
  }
  if (map.hardware.needsGpu && gpus === 0)
    notes.push('The code uses CUDA without asking whether it is there, and this sample has no GPU: it will probably stop there.');
  return notes;
}
