/** Whether a program is meant for several GPUs: the command first, then defaults, then what documents say. */
import { citeLine, cutLine, linesOf, nameOf, type RepoFile } from '../input.ts';
import type { Entry, EntryArgument, Evidence } from '../schema.ts';
import { findLines } from '../search-lines.ts';
import { defineSign } from '../signs/signs.ts';
import type { Source } from '../sources.ts';
import { findDataParallel, findEveryDevice } from './every-device.ts';
import { findInTexts } from './find-in.ts';
import { countGpus, type Launch } from './launches.ts';
import { countsSeveral, findAutoDevices, findConfigured } from './named-configs.ts';
import { countWithin, OTHER_WORK } from './own-launches.ts';
import type { Commands, HardwareInput, Reason } from './weighing.ts';

const PARALLEL = defineSign(
  /DataParallel\(|init_process_group\(|FullyShardedDataParallel|deepspeed\.initialize|jax\.distributed|\bpmap\(|\bshard_map\(|MirroredStrategy|TPUStrategy|hvd\.init\(|mp\.spawn\(|multi_gpu_model\(|Accelerator\(/,
);
const NAMES_SEVERAL = defineSign(
  /CUDA_VISIBLE_DEVICES['"]\]\s*=\s*['"]\d+,\s*\d|\b(gpus?|gpu_?(ids?|group|list)|device_?ids?)\s*=\s*['"[]\s*\d+\s*,\s*\d|Trainer\([^\n]{0,200}(gpus|devices)\s*=\s*([2-9]|\[\d+,)/,
);
const LAUNCHES_ITSELF = defineSign(/from deepspeed\.launcher|torch\.distributed\.launcher|elastic_launch\(/);
const MAPS_OVER_DEVICES = defineSign(
  /\b(jax\.)?pmap\(|=\s*jax\.pmap|local_device_count\(\)|\bpjit\(|create_device_mesh\(|\bNamedSharding\(|with_sharding_constraint\(/,
);
const DIVIDES = defineSign(
  /batch_?size\w{0,20}\s{0,4}\/\/?\s{0,4}[\w.]{0,60}(?:num_processes|world_size|process_count|host_count|device_count|num_devices|local_devices|n_?gpus?)\b/,
);

const NUMBER = String.raw`(?:[2-9]|[1-9]\d{1,3}|two|four|eight|sixteen|multiple|several)`;
const CHIP = String.raw`(?:GPUs|GPU machine|V100s?|A100s?|H100s?|P100s?|A6000s?|(?:RTX |GTX )?[1-5]0[6-9]0(?: ?Ti)?s?|TITAN\w*|TPU\w*|cards)`;
const TRAINED_ON_MANY = new RegExp(
  String.raw`\b(?:train|trained|training|pre-?train\w*|fine-?tun\w*|experiments?|ran|run|took|takes|obtained)\b[^.\n]{0,120}?\b${NUMBER}\s*(?:x|×|\*)?\s*(?:[\w-]+ ){0,4}?${CHIP}\b`,
  'i',
);
const CHIPS_TIMES = new RegExp(String.raw`\b(?:[2-9]|[1-9]\d{1,2})\s*(?:x|×)\s*(?:NVIDIA |Tesla |GeForce )*${CHIP}`, 'i');

interface ManyVerdict {
  readonly many: boolean;
  readonly reasons: readonly Reason[];
  readonly gpus: number | null;
  readonly nodes: number | null;
  readonly launcher?: string | undefined;
}

/** The command itself decides when it says a number; otherwise hints are added up, since any one of them may only be an option. */
export function judgeMany(input: HardwareInput, reached: readonly Source[], { all, own, main }: Commands): ManyVerdict {
  const { entry } = input;
  // The name of a script tells less than what stands in it.
  const within = countWithin(main, all);
  const outside = main?.gpus ?? null;
  const said = (outside === 'many' ? (within ?? outside) : (outside ?? within)) ?? (entry === undefined ? null : countGpus(entry.command));
  const at = main?.evidence ?? entry?.evidence[0];
  const launcher = main === undefined ? entry?.launcher : /\b(deepspeed|horovodrun|mpirun|mpiexec)\b/.exec(main.text)?.[1];
  const nodes = main?.nodes ?? null;
  if (said === 'many' || (said !== null && said > 1)) {
    const what = said === 'many' ? 'the documented command starts one process per GPU' : `the documented command uses ${String(said)} GPUs`;
    return { many: true, reasons: [{ what, at }], gpus: said === 'many' ? null : said, nodes, launcher };
  }
  const hints = collectHints(input, reached, own, main);
  const weight = hints.reduce((sum, hint) => sum + hint.weight, 0);
  const preset = entry?.arguments.find(namesOne);
  const single: Reason[] =
    said === 1
      ? [{ what: 'the documented command uses one GPU', at }]
      : preset === undefined
        ? []
        : [{ what: `${preset.name} names one GPU by default`, at: preset.evidence }];
  // A plain command that a document gives is how people start it, unless more speaks for the other way.
  const isPlain = main !== undefined && main.from !== 'script';
  // Whatever the code would take, it sees no more than the one that the command shows it.
  const seesOne = /CUDA_VISIBLE_DEVICES=["']?\d["']?(?![\d,])/.test(main?.text ?? '');
  const many = !seesOne && weight >= (single.length > 0 ? 5 : isPlain ? 4 : 3);
  const gpus = many ? (hints.find((hint) => hint.gpus !== undefined)?.gpus ?? null) : 1;
  const reasons = hints.map((hint) => ({
    what: many ? hint.what : `${hint.what}, which the documented command does not ask for`,
    at: hint.at,
  }));
  return { many, reasons: [...(many ? [] : single), ...reasons.slice(0, 4)], gpus, nodes, launcher };
}

/** True for the number of one GPU as the default: `--gpu_ids 0`. */
function namesOne({ name, default: preset }: EntryArgument): boolean {
  return /^-{0,2}(?:gpu|device)_?ids?$/i.test(name) && /^["']?\d["']?$/.test(preset ?? '');
}

interface Hint extends Reason {
  readonly weight: number;
  readonly gpus?: number | undefined;
}

function collectHints(input: HardwareInput, reached: readonly Source[], own: readonly Launch[], main: Launch | undefined): Hint[] {
  const found = [...hintsOfCommands(own, main), ...hintsOfCode(input, reached, main), ...hintsOfTexts(input, reached, { own, main })];
  return found.sort((a, b) => b.weight - a.weight);
}

function hintsOfCommands(own: readonly Launch[], main: Launch | undefined): Hint[] {
  const hints: Hint[] = [];
  const isMany = (launch: Launch) => launch.gpus === 'many' || (launch.gpus !== null && launch.gpus > 1);
  const other = own.filter((launch) => launch !== main && isMany(launch) && !OTHER_WORK.test(launch.text));
  const shown = other.find((launch) => launch.from !== 'script');
  const scripted = other.find((launch) => launch.from === 'script');
  if (main !== undefined && /\baccelerate(?:-| )launch\b(?!.{0,300}--(?:cpu|config_file)\b)/.test(main.text))
    hints.push({
      weight: /--deepspeed\b/.test(main.text) ? 3 : 2,
      what: 'accelerate starts one process per GPU unless it is told otherwise',
      at: main.evidence,
    });
  const countOf = (launch: Launch) => (typeof launch.gpus === 'number' ? launch.gpus : undefined);
  if (shown !== undefined) {
    const isWrapper = /dist(ributed)?_train\w*\.sh/.test(shown.text);
    const isFirst = main !== undefined && own.indexOf(shown) < own.indexOf(main);
    hints.push({
      weight: isWrapper ? 3 : isFirst ? 2 : 1,
      what: 'another documented command uses several GPUs',
      at: shown.evidence,
      gpus: countOf(shown),
    });
  }
  if (scripted !== undefined)
    hints.push({
      weight: main === undefined ? 3 : 1,
      what: 'a script starts it on several GPUs',
      at: scripted.evidence,
      gpus: countOf(scripted),
    });
  return hints;
}

function hintsOfCode({ entry, files }: HardwareInput, reached: readonly Source[], main: Launch | undefined): Hint[] {
  const hints: Hint[] = [];
  const argument = entry?.arguments.find((item) => countsSeveral(item.name, item.default));
  // A list of devices that a switch of its own brings into play is only an option.
  const isSwitched =
    entry?.arguments.some((item) => item.style === 'flag' && /multi_?-?gpu|distributed|parallel|ddp/i.test(item.name)) === true;
  if (argument !== undefined)
    hints.push({ weight: isSwitched ? 1 : 4, what: `${argument.name} names several GPUs by default`, at: argument.evidence });
  const auto = findAutoDevices(entry?.arguments ?? []);
  if (auto !== undefined) hints.push({ weight: 4, what: `${auto.name} takes every GPU by default`, at: auto.evidence });
  const fixed = findLines(reached, NAMES_SEVERAL)[0];
  if (fixed !== undefined) hints.push({ weight: 3, what: 'the code names several GPUs', at: fixed });
  const launching = findLines(reached, LAUNCHES_ITSELF)[0];
  if (launching !== undefined) hints.push({ weight: 3, what: 'starts one process per GPU itself', at: launching });
  const every = findEveryDevice(reached);
  if (every !== undefined) hints.push({ weight: 4, what: 'takes every GPU of the machine by itself', at: every });
  const copied = entry?.kind === 'train' ? findDataParallel(reached, entry) : undefined;
  if (copied !== undefined) hints.push({ weight: copied.sure ? 3 : 2, what: 'copies its model to every GPU that it sees', at: copied.at });
  const divided = findLines(reached, DIVIDES)[0];
  if (divided !== undefined) hints.push({ weight: 1, what: 'divides its batch among the GPUs', at: divided });
  const configured = findConfigured(files, main?.text ?? entry?.command ?? '');
  if (configured !== undefined) hints.push({ weight: 3, what: 'the configuration asks for several GPUs', at: configured });
  // A convention of config files: `8xb64` is eight GPUs with a batch of 64 each.
  const named = /[-_/]([2-9]|\d{2})xb\d/.exec(main?.text ?? '')?.[1];
  if (named !== undefined)
    hints.push({ weight: 1, what: `its configuration is named for ${named} GPUs`, at: main?.evidence, gpus: Number(named) });
  // Mapping over all devices is no option of a JAX program: it takes what is there.
  const mapped = findLines(reached, MAPS_OVER_DEVICES)[0];
  if (mapped !== undefined) hints.push({ weight: 2, what: 'maps its steps over all devices', at: mapped });
  const parallel = findLines(reached, PARALLEL)[0];
  if (parallel !== undefined) hints.push({ weight: 1, what: 'can train on several GPUs', at: parallel });
  return hints;
}

function hintsOfTexts({ entry, files }: HardwareInput, reached: readonly Source[], { own, main }: Pick<Commands, 'own' | 'main'>): Hint[] {
  const hints: Hint[] = [];
  const readmes = files.filter((file) => file.text !== null && /(^|\/)readme[^/]*$/i.test(file.path) && isNear(file, entry));
  const starting = new Set(own.map((launch) => launch.evidence.file));
  const told = files.filter((file) => readmes.includes(file) || (file.text !== null && starting.has(file.path)));
  const slice = findInTexts(told, /\bTPU ?v\d-\d|\bv[2-5]-\d{1,4}\b[^\n]{0,40}TPU|\baccelerator-type[= ]v\d\w?-\d|\b\d{2,5} TPU cores/);
  if (slice !== undefined && reached.some((source) => /tpu|\bjax\b/i.test(source.text)))
    hints.push({ weight: 2, what: 'the documents name a TPU of several chips', at: slice });
  const given = main === undefined ? undefined : findLeadIn(files, main);
  if (given !== undefined)
    hints.push({ weight: 3, what: 'the documents give this command for several GPUs', at: given.at, gpus: given.gpus });
  const trained = findInTexts(told, TRAINED_ON_MANY) ?? findInTexts(told, CHIPS_TIMES);
  if (trained !== undefined) hints.push({ weight: 1, what: 'the documents tell of training on several GPUs', at: trained });
  return hints;
}

const MAX_BEFORE = 12;
const GIVEN_FOR =
  /\b(?:on|with|using|for) (?:\w{1,20} ){0,2}?([2-9]|[1-9]\d{1,2})(?: ?[x×*])? (?:[\w-]{1,20} ){0,3}?GPUs\b[^.]{0,60}:\s{0,9}$/i;

/** The number of GPUs in the sentence that leads to a command: `We train with these options on 32 GPUs:`. */
function findLeadIn(files: readonly RepoFile[], { evidence, from }: Launch): { readonly at: Evidence; readonly gpus: number } | undefined {
  if (from === 'script') return undefined;
  const text = files.find((file) => file.path === evidence.file)?.text ?? '';
  const before = linesOf(text)
    .slice(0, evidence.line - 1)
    .map((line, index) => ({ line: cutLine(line), number: index + 1 }))
    .slice(-MAX_BEFORE)
    .filter(({ line }) => !/^\s*(?:```.*|<[^>]*>)?\s*$/.test(line));
  for (const { line, number } of before.slice(-2).toReversed()) {
    const gpus = GIVEN_FOR.exec(line)?.[1];
    if (gpus !== undefined) return { at: citeLine(evidence.file, text, number), gpus: Number(gpus) };
  }
  return undefined;
}

/** At the root, or in a folder above the entry's file. */
function isNear(file: RepoFile, entry: Entry | undefined): boolean {
  const folder = file.path.slice(0, Math.max(0, file.path.length - nameOf(file.path).length));
  return folder === '' || entry?.file.startsWith(folder) === true;
}
