/** Pieces that several strategies build with. */
import { cleanUrl } from '../../repo-map/declared/direct-url.ts';
import { cleanSpecifier, isDistributionName } from '../../repo-map/dependencies/distributions.ts';
import type { SiteProfile } from '../../site.ts';
import type { EnvPlan, PlannedCommand, PlannedPackage } from '../schema.ts';
import { HARDWARE_BOUND, runsOnComputeNode, showExtras, TORCH_FAMILY } from '../wanted.ts';
import { buildNothing, type Build, type BuildRequest } from './strategy.ts';

export const REQUIREMENTS = 'plan/requirements.txt';
const SOURCES = 'plan/build-from-source.txt';
const CONSTRAINTS = 'plan/constraints.txt';
const LOCKED = 'plan/locked.txt';
const PIP = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'];
export const IN_SITE = ['bash', '-l', '{run}/plan/in-site.sh'];
export const IN_IMAGE = ['bash', '-l', '{run}/plan/in-image.sh'];

/** A step that changes something. */
export function command(argv: readonly string[], why: string, timeoutSeconds: number): PlannedCommand {
  return { argv: [...argv], why, readOnly: false, timeoutSeconds };
}

const NAMED = 12;

/** Names for a sentence: all of a few, the first of many. */
export function listNames(lines: readonly string[]): string {
  if (lines.length <= NAMED) return lines.join(', ');
  return `${lines.slice(0, NAMED - 2).join(', ')} and ${lines.length - NAMED + 2} more`;
}

/** A step of undoing. */
export function remove(paths: readonly string[], why: string): PlannedCommand {
  return command(['rm', '-rf', ...paths], why, 600);
}

/** A line for pip. Only names, versions and clean addresses over HTTPS ever get into one. */
export function lineOf({ name, specifier, url, extras = [] }: PlannedPackage): string {
  const shown = showExtras(isDistributionName(name) ? name : 'not-a-name', extras.filter(isDistributionName));
  return url !== undefined && cleanUrl(url) === url ? `${shown} @ ${url}` : `${shown}${cleanSpecifier(specifier.replaceAll(' ', ''))}`;
}

/** What pip installs from wheels, without what comes from torch's own index. */
export function pipNames(request: BuildRequest): string[] {
  const own = new Set(torchNames(request));
  return request.packages
    .filter((item) => item.how === 'pip')
    .map(lineOf)
    .filter((line) => !own.has(line));
}

/** torch and its companions, where they come from an index of their own. */
export function torchNames({ packages, lines }: BuildRequest): string[] {
  if (lines === undefined || lines.torch.index === null) return [];
  return packages.filter((item) => item.how === 'pip' && TORCH_FAMILY.has(item.name)).map(lineOf);
}

function sourceNames(request: BuildRequest): string[] {
  return request.packages.filter((item) => item.how === 'source').map(lineOf);
}

/** What builds without an environment of their own want to find; who publishes by address only may use any of the usual builders. */
export function buildTools({ packages }: BuildRequest): string[] {
  const tools = ['ninja', 'packaging', 'setuptools<81', 'wheel'];
  const isForeign = packages.some((item) => item.how === 'source' && item.rule?.id === 'code/direct-url');
  return isForeign ? [...tools, 'setuptools-scm', 'hatchling', 'poetry-core', 'flit-core', 'pdm-backend'] : tools;
}

/** Whether anything at all is installed. */
export function installsAnything(request: BuildRequest): boolean {
  return pipNames(request).length + torchNames(request).length + sourceNames(request).length > 0;
}

/** The files that the install steps read. */
export function requirementFiles(request: BuildRequest): EnvPlan['files'] {
  const files: EnvPlan['files'] = [];
  const add = (path: string, lines: readonly string[], why: string): void =>
    void (lines.length > 0 && files.push({ path, content: `${lines.join('\n')}\n`, why }));
  const { hashed = [] } = request;
  add(
    REQUIREMENTS,
    hashed.length > 0 ? hashed : pipNames(request),
    hashed.length > 0 ? 'what pip installs, with hashes' : 'what pip installs',
  );
  add(SOURCES, sourceNames(request), 'what pip builds here');
  add(LOCKED, request.locked ?? [], "the versions of the repository's lock file");
  return files;
}

/** Versions that are known beforehand, as a constraints file. */
export function constraintFile(request: BuildRequest): EnvPlan['files'] {
  const { constraints } = request;
  return constraints.length === 0 ? [] : [{ path: CONSTRAINTS, content: `${constraints.join('\n')}\n`, why: 'what pip must not replace' }];
}

/** The switches that hold what is installed to the versions of the lock file. */
export function lockedLimit({ locked = [] }: BuildRequest): string[] {
  return locked.length === 0 ? [] : ['-c', `{run}/${LOCKED}`];
}

/**
 * The steps that make an environment which sees what is installed below it. pip comes in a step of its own, since `venv` keeps to itself
 * what it says, as of a full disk or quota; it comes before the environment sees a pip that is not its own.
 */
export function makeVenv(
  inside: (argv: readonly string[]) => string[],
  { base, place, withPip, why }: { readonly base: string; readonly place: string; readonly withPip: boolean; readonly why: string },
): PlannedCommand[] {
  const venv = [base, '-m', 'venv'];
  // `--clear`: what an attempt before left behind must not count.
  if (!withPip) return [command(inside([...venv, '--clear', '--system-site-packages', '--without-pip', place]), why, 300)];
  return [
    command(inside([...venv, '--clear', '--without-pip', place]), why, 300),
    command(inside([`${place}/bin/python`, '-I', '-m', 'ensurepip', '--upgrade', '--default-pip']), 'puts pip into it', 300),
    command(inside([...venv, '--system-site-packages', '--without-pip', place]), 'lets it see what is installed below it', 60),
  ];
}

export const FREEZE_FILE = 'plan/freeze.py';

/**
 * The install steps: torch from its own index, a constraints file read off what is there, wheels, then what is built against torch.
 * `python` makes the words that start the environment's interpreter with arguments.
 */
export function installSteps(
  request: BuildRequest,
  python: (argv: readonly string[]) => string[],
  options: { readonly intoUserSite?: boolean; readonly freeze: boolean; readonly seconds: number },
): PlannedCommand[] {
  const { intoUserSite = false, freeze, seconds } = options;
  // Elsewhere without the account's own packages below ~/.local: pip would take them for installed, and no other account has them.
  const pip = intoUserSite ? [...PIP, '--user'] : ['-s', ...PIP];
  const torch = torchNames(request);
  const wheels = pipNames(request);
  const sources = sourceNames(request);
  const index = request.lines?.torch.index ?? null;
  const steps: PlannedCommand[] = [];
  if (torch.length > 0 && index !== null)
    steps.push(command(python([...pip, ...torch, '--index-url', index]), `installs ${torch.join(', ')} for this GPU`, seconds));
  const mustFreeze = (freeze || torch.length > 0) && wheels.length + sources.length > 0;
  if (mustFreeze)
    steps.push(
      command(python([`{run}/${FREEZE_FILE}`, `{run}/${CONSTRAINTS}`]), 'writes down the versions of what is built for the hardware', 120),
    );
  const limit = [...(mustFreeze || request.constraints.length > 0 ? ['-c', `{run}/${CONSTRAINTS}`] : []), ...lockedLimit(request)];
  if (wheels.length > 0)
    steps.push(command(python([...pip, '-r', `{run}/${REQUIREMENTS}`, ...limit]), `installs ${listNames(wheels)}`, seconds));
  if (sources.length > 0) {
    const tools = buildTools(request);
    steps.push(command(python([...pip, ...tools, ...limit]), 'installs what the builds below need', 600));
    steps.push(
      command(
        python([...pip, '--no-build-isolation', '-r', `{run}/${SOURCES}`, ...limit]),
        `builds ${listNames(sources)} against the torch that is there`,
        7200,
      ),
    );
  }
  return steps;
}

const CHECK_FILE = 'plan/check_python.py';

/** Where nobody looked at the interpreter, the first step does: a plan for another Python asks for the wrong versions. */
export function checkPython({ base }: BuildRequest, inside: (argv: readonly string[]) => string[]): PlannedCommand[] {
  const version = versionToCheck(base);
  if (version === null) return [];
  return [
    { ...command(inside([base.path, `{run}/${CHECK_FILE}`, version]), `sees whether this is Python ${version}`, 60), readOnly: true },
  ];
}

/** The file for it. */
export function checkPythonFile({ base }: BuildRequest): EnvPlan['files'] {
  return versionToCheck(base) === null
    ? []
    : [{ path: CHECK_FILE, content: CHECK, why: 'compares the interpreter with the one of the plan' }];
}

function versionToCheck(base: BuildRequest['base']): string | null {
  return base.isGuessed === true ? (/^\d+\.\d+/.exec(base.version)?.[0] ?? null) : null;
}

const CHECK = `"""Written by Reprobot: sees whether this is the Python that the plan was made for."""
import sys

wanted = sys.argv[1]
found = "%d.%d" % sys.version_info[:2]
if found != wanted:
    sys.exit(
        "This plan is for Python %s, and %s is Python %s. Name a Python %s in packages.pythons of the site (or load a module that brings it)"
        " and plan again." % (wanted, sys.executable, found, wanted)
    )
`;

/** Lines of the profile, never of a repository. */
function profileLines(site: SiteProfile): string[] {
  const { proxy } = site.internet;
  return [
    ...(site.slurm?.prelude ?? []),
    ...site.packages.modules.map((name) => `module load ${name}`),
    ...(proxy === undefined ? [] : [`export http_proxy="\${http_proxy:-${proxy}}" https_proxy="\${https_proxy:-${proxy}}"`]),
  ];
}

function renderScript(lines: readonly string[]): string {
  return ['#!/bin/bash -l', "# Written by Reprobot from the site's profile.", ...lines, ''].join('\n');
}

/** Loads the site's modules before a command. */
export function inSiteFile(site: SiteProfile): EnvPlan['files'][number] {
  return {
    path: 'plan/in-site.sh',
    content: renderScript([...profileLines(site), 'exec "$@"']),
    why: "loads the site's modules before a command",
  };
}

/** Writes the constraints of an image, or of a torch that was just installed. */
export function freezeFile(): EnvPlan['files'][number] {
  return { path: FREEZE_FILE, content: FREEZE, why: 'writes down what pip must not replace' };
}

/** The path, or pattern of paths, of the image that the profile names first. */
export function imageOf(site: SiteProfile): string | null {
  return site.packages.container?.images[0]?.path ?? null;
}

/** No image, no build. */
export function withoutImage(request: BuildRequest): Build {
  return buildNothing(request, [`The profile of ${request.site.id} names no container image; add one to packages.container.images.`]);
}

/** The newest image that matches the profile's path, which may hold `*`; the run's folder comes from the script's own place. */
function chooseImage(site: SiteProfile): string[] {
  const pattern = imageOf(site) ?? '';
  return [
    'run=$(cd "$(dirname "$0")/.." && pwd)',
    `image=$(ls -d ${pattern} 2>/dev/null | sort | tail -n 1)`,
    `[ -n "$image" ] || { echo "No container image matches ${pattern}." >&2; exit 1; }`,
  ];
}

/** Runs a command inside the image. */
export function inImageFile(site: SiteProfile, options: readonly string[]): EnvPlan['files'][number] {
  const words = [site.packages.container?.command ?? 'singularity', 'exec', '-B', '"$run"', ...options, '"$image"', '"$@"'];
  const content = renderScript([...profileLines(site), ...chooseImage(site), `exec ${words.join(' ')}`]);
  return { path: 'plan/in-image.sh', content, why: 'runs a command inside the image' };
}

/** The run's interpreter: Python inside the image, whose PATH begins with the folder of what was installed besides. */
export function imagePythonFile(
  site: SiteProfile,
  options: readonly string[],
  { python, bin, hasUserSite = false }: { python: string; bin: string; hasUserSite?: boolean },
): EnvPlan['files'][number] {
  const { command = 'singularity', gpuSwitch } = site.packages.container ?? {};
  const words = [command, 'exec', ...(gpuSwitch === undefined ? [] : [gpuSwitch]), '-B', '"$run"', ...options, '"$image"', python, '"$@"'];
  const content = [
    '#!/bin/sh',
    '# The interpreter of this run, inside the container image.',
    ...chooseImage(site),
    // Apptainer reads both, SingularityCE the first.
    `export SINGULARITYENV_PREPEND_PATH=${bin} APPTAINERENV_PREPEND_PATH=${bin}`,
    ...(hasUserSite ? [] : ['export PYTHONNOUSERSITE=1']),
    `exec ${words.join(' ')}`,
    '',
  ].join('\n');
  return { path: 'plan/python', content, why: 'starts Python inside the image' };
}

// What a package installs as a command, such as ninja, is looked for on PATH.
const START = [
  'run=$(cd "$(dirname "$0")/.." && pwd)',
  'export PATH="$run/env/bin:$PATH" PYTHONNOUSERSITE=1',
  'exec "$run/env/bin/python" "$@"',
];

/** The run's interpreter: the environment's Python with the site's modules loaded. */
export function modulePythonFile(site: SiteProfile): EnvPlan['files'][number] {
  return {
    path: 'plan/python',
    content: renderScript([...profileLines(site), ...START]),
    why: "starts the environment's Python with the site's modules",
  };
}

/** The run's interpreter: the environment's Python with the commands that were installed beside it. */
export function envPythonFile(): EnvPlan['files'][number] {
  return { path: 'plan/python', content: ['#!/bin/sh', ...START, ''].join('\n'), why: "starts the environment's Python" };
}

/** What makes plan/python a program. */
export function makeExecutable(): PlannedCommand {
  return command(['chmod', '755', '{run}/plan/python'], "makes the run's interpreter executable", 30);
}

/**
 * Where the login node has another processor, what is built there would not run, and some sites want pip off their login nodes: the
 * command goes to a compute node.
 */
export function onComputeNode(site: SiteProfile, argv: readonly string[]): string[] {
  if (!runsOnComputeNode(site) || site.slurm === undefined) return [...argv];
  const { partition, samplePartition, account, sampleQos, memory, constraint } = site.slurm;
  const chosen = samplePartition ?? partition;
  const options = [
    ...(chosen === undefined ? [] : [`--partition=${chosen}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(sampleQos === undefined ? [] : [`--qos=${sampleQos}`]),
    ...(constraint === undefined ? [] : [`--constraint=${constraint}`]),
    ...(memory.policy === 'forbidden' ? [] : ['--mem=16G']),
  ];
  return ['srun', ...options, '--ntasks=1', '--cpus-per-task=8', '--time=00:30:00', ...argv];
}

const FREEZE = `"""Written by Reprobot: keeps what the image built for its hardware."""
import re
import sys
from importlib.metadata import distributions

BOUND = ${JSON.stringify([...HARDWARE_BOUND])}
seen = set()
with open(sys.argv[1], "w") as file:
    for item in distributions():
        name = re.sub("[-_.]+", "-", item.metadata["Name"] or "").lower()
        # What is found first is what is imported; a second copy of it, below, is hidden.
        if name in seen or not (name in BOUND or name.startswith("nvidia-")):
            continue
        seen.add(name)
        # pip reads no other versions in a list of constraints.
        if re.match(r"[0-9]+([.][0-9]+)*[A-Za-z0-9.+!_-]*$", item.version or ""):
            file.write("%s==%s\\n" % (name, item.version))
`;
