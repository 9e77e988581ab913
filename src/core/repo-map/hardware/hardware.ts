/** What the main training command runs on, weighed as an experienced reader would: the command first, then defaults, then what documents say. */
import type { RepoFile } from '../input.ts';
import type { Entry, Hardware } from '../schema.ts';
import { findLines, showPlace } from '../search-lines.ts';
import { defineSign, holdsSign } from '../signs/signs.ts';
import type { Source } from '../sources.ts';
import { AUTOMATIC, FRAMEWORK, GPU_CODE, judgeGpu } from './gpu-verdict.ts';
import { findBackend, findDevices, findExtensions, findMemory } from './hardware-hints.ts';
import { readLaunches } from './launches.ts';
import { judgeMany } from './many-verdict.ts';
import { findMain, findOwn } from './own-launches.ts';
import type { Commands, HardwareInput } from './weighing.ts';

const CUDA_ALWAYS = defineSign(
  /\.cuda\(\)|torch\.device\(['"]cuda(:\d+)?['"]\)|\.to\(['"]cuda(:\d+)?['"]\)|device\s*=\s*['"]cuda(:\d+)?['"]/,
);
const CUDA_CHOICE =
  /cuda\.is_available\(\)|accelerator\.is_available\(\)|if\s[^\n]{0,200}(cuda|gpu|device)|no_cuda|use_cuda|--device|--cpu|--cuda/i;
const CHOOSES_AT_RUN_TIME = defineSign(/hydra\.main|_target_/);
/** A program that starts others hands its work on only where they are Python; fetching and unpacking is none. */
const STARTS_PYTHON = /\bpython\d?\b|\.py\b|sys\.executable|\b(?:torchrun|accelerate|deepspeed)\b|\.sh\b/;

/** The hardware of the best entry; of all files when there is no entry. */
export function readHardware(input: HardwareInput): Hardware {
  const { files, sources, entry } = input;
  const reached = listReachedSources(input);
  const always = findLines(reached, CUDA_ALWAYS);
  const choice =
    reached.some((source) => CUDA_CHOICE.test(source.text)) || entry?.arguments.some((item) => item.role === 'device') === true;
  const needsGpu = always.length > 0 && !choice;
  const commands = findCommands(files, entry);
  const gpu = judgeGpu(input, reached, commands, { always: always[0], needsGpu });
  const many = gpu.uses ? judgeMany(input, reached, commands) : { many: false, reasons: [], gpus: null, nodes: null };
  // What speaks for the answer comes first, what speaks against it behind.
  const reasons = many.many ? [...many.reasons, ...gpu.reasons] : [...gpu.reasons, ...many.reasons];
  return {
    class: !gpu.uses ? 'cpu' : many.many ? 'multi-gpu' : 'single-gpu',
    needsGpu,
    reasons: reasons.map((reason) => (reason.at === undefined ? reason.what : `${reason.what} (${showPlace(reason.at)})`)),
    gpus: gpu.uses ? many.gpus : 0,
    nodes: many.nodes,
    backend: findBackend(reached, many.launcher ?? null),
    devices: findDevices(files),
    memory: findMemory(files),
    extensions: findExtensions(files, sources),
    evidence: reasons.flatMap((reason) => (reason.at === undefined ? [] : [reason.at])),
  };
}

function findCommands(files: readonly RepoFile[], entry: Entry | undefined): Commands {
  const all = readLaunches(files);
  const own = entry === undefined ? [] : findOwn(all, entry, files);
  return { all, own, main: findMain(all, own, entry) };
}

/** What the entry reaches; everything when it hands the work to modules that only run time names. */
function listReachedSources({ sources, entry }: HardwareInput): Source[] {
  const reached = new Set(entry?.files ?? []);
  const found = sources.all.filter((source) => reached.has(source.file.path));
  if (entry === undefined || found.length === 0) return [...sources.all];
  const isIndirect = found.some(
    ({ text }) =>
      /importlib|import_module|__import__|hydra\.main|_target_|runpy|gin\.parse|import docker/.test(text) ||
      (/subprocess|os\.system|Popen\(/.test(text) && STARTS_PYTHON.test(text)),
  );
  const isProgramOnly = !found.some((source) =>
    source.module.imports.some((item) => FRAMEWORK.test(item.module) || AUTOMATIC.test(item.module)),
  );
  // What a configuration chooses at run time may ask for a GPU although nothing that was followed does.
  const isChosen = found.some((source) => holdsSign(source, CHOOSES_AT_RUN_TIME));
  const isSilent = isChosen && !found.some((source) => GPU_CODE.test(source.text));
  return isSilent || (isIndirect && isProgramOnly) ? [...sources.all] : found;
}
