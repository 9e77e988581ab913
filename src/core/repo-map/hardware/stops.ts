/** What stops the main program as soon as it starts: variables that nothing sets, options that it does not take. */
import { findArgument } from '../entries/entries.ts';
import type { Entry, RepoMap } from '../schema.ts';
import { findLines } from '../search-lines.ts';
import type { Source, Sources } from '../sources.ts';

export const UNSET = 'Has no answer where the environment variable';
const MAX_FOUND = 6;
const READS = /\benviron\[\s{0,3}["']([A-Z][A-Z0-9_]{1,60})["']\s{0,3}\](?!\s{0,3}=(?!=))/;
/** What launchers, schedulers and every shell set, and what is told of as a secret. */
const SET_ELSEWHERE =
  /^(RANK|LOCAL_RANK|WORLD_SIZE|LOCAL_WORLD_SIZE|MASTER_ADDR|MASTER_PORT|GROUP_RANK|NODE_RANK|HOME|PATH|USER|PWD|HOSTNAME|LOGNAME|SHELL|TMPDIR|PYTHONPATH|LD_LIBRARY_PATH|CUDA_\w+|NCCL_\w+|SLURM_\w+|OMPI_\w+|PMI_\w+|LSB_\w+|PBS_\w+|TORCHELASTIC_\w+|ACCELERATE_\w+|COLAB_\w+|SM_\w+|\w*(TOKEN|API_KEY|SECRET|PASSWORD)\w*)$/;

/** Variables that the program's files read without saying what to do when they are not there. */
export function findUnset(sources: Sources, entry: Entry | undefined): RepoMap['redFlags'] {
  const reached = (entry?.files ?? []).flatMap((file) => sources.byPath.get(file) ?? []);
  const reading = reached.filter((source) => source.text.includes('environ['));
  const text = reading.map((source) => source.text).join('\n');
  const found = new Map<string, RepoMap['redFlags'][number]>();
  for (const cited of findLines(reading, READS, 40)) {
    const name = READS.exec(cited.text)?.[1] ?? '';
    if (name === '' || SET_ELSEWHERE.test(name) || found.has(name) || found.size >= MAX_FOUND || isCared(name, text)) continue;
    found.set(name, { what: `${UNSET} ${name} is not set`, evidence: [cited] });
  }
  return [...found.values()];
}

/** True where the same files ask for the variable first, or set it. */
function isCared(name: string, text: string): boolean {
  const quoted = String.raw`["']${name}["']`;
  return new RegExp(
    String.raw`${quoted}\s{0,3}(?:not\s{1,3})?in\s{1,3}os\.environ|environ\.(?:get|setdefault|pop)\(\s{0,3}${quoted}|getenv\(\s{0,3}${quoted}|environ\[\s{0,3}${quoted}\s{0,3}\]\s{0,3}=(?!=)`,
  ).test(text);
}

/** Long options of the documented command that an argparse program, whose every option can be read, refuses. */
export function findUnknownOptions(sources: Sources, entry: Entry | undefined): RepoMap['redFlags'] {
  const [cited] = entry?.evidence ?? [];
  if (entry === undefined || cited === undefined || cited.file === entry.file || !isClosed(entry, sources)) return [];
  const script = entry.argv.findIndex((word) => word.endsWith('.py'));
  const known = entry.arguments.flatMap((item) => [item.name, ...item.aliases]).map(spell);
  const refused = entry.argv
    .slice(script + 1)
    .filter((word) => /^--[A-Za-z]/.test(word) && findArgument(entry, word) === undefined)
    .map((word) => word.split('=')[0] ?? word)
    // argparse takes the beginning of a name for the whole.
    .filter((word) => !known.some((name) => name.startsWith(spell(word))));
  return refused.length === 0
    ? []
    : [{ what: `The documented command gives ${[...new Set(refused)].join(', ')}, which the program does not take`, evidence: [cited] }];
}

const spell = (name: string): string => name.replaceAll('_', '-');

/** True where all options stand in the source as plain texts and an unknown one is an error. */
function isClosed(entry: Entry, sources: Sources): boolean {
  const own = sources.byPath.get(entry.file);
  const files = (entry.files ?? []).flatMap((file): Source[] => {
    const source = sources.byPath.get(file);
    return source === undefined ? [] : [source];
  });
  if (own === undefined || entry.runs !== undefined || !/^(python|torchrun|module)$/.test(entry.launcher)) return false;
  if (entry.arguments.length === 0 || !entry.arguments.every((item) => item.evidence.text.includes('add_argument'))) return false;
  const isOpen = (source: Source): boolean =>
    /parse_known_args|add_argparse_args|add_\w{0,60}args\(|parents\s{0,3}=\s{0,3}\[|configargparse|jsonargparse|fire\.Fire|hydra|absl|click|tyro|HfArgumentParser|add_argument\(\s{0,9}(?!["']|\s|$)/m.test(
      source.text,
    );
  return own.text.includes('.parse_args(') && own.text.includes('ArgumentParser(') && !files.some(isOpen);
}
