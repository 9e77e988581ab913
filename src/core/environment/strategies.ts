/** How an environment is built at a site, from the profile's data alone. One function a strategy; each returns words, never shell text. */
import type { SiteProfile } from '../site.ts';
import { HARDWARE_BOUND } from './packages.ts';
import type { EnvPlan, PlannedCommand, PlannedPackage } from './schema.ts';

export interface Build {
  readonly python: string;
  readonly commands: PlannedCommand[];
  readonly files: EnvPlan['files'];
  readonly gaps: string[];
}

export interface BuildRequest {
  readonly site: SiteProfile;
  readonly base: { readonly path: string; readonly version: string };
  readonly packages: readonly PlannedPackage[];
  /** Versions that pip must not change, as `name==version`. */
  readonly constraints: readonly string[];
}

const REQUIREMENTS = 'plan/requirements.txt';
const CONSTRAINTS = 'plan/constraints.txt';
const PIP = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check'];

/** The commands and files of the site's strategy. */
export function buildEnvironment(request: BuildRequest): Build {
  switch (request.site.packages.strategy) {
    case 'venv':
      return buildVenv(request);
    case 'squashfs-venv':
      return buildSquashfsVenv(request);
    case 'overlay':
      return buildOverlay(request);
    case 'tykky':
      return buildTykky(request);
    case 'none':
      return { python: request.base.path, commands: [], files: [], gaps: [] };
  }
}

function command(argv: string[], why: string, timeoutSeconds: number): PlannedCommand {
  return { argv, why, readOnly: false, timeoutSeconds };
}

function pipNames(packages: readonly PlannedPackage[]): string[] {
  // The headless build is the same library without a window system, which no compute node has.
  return packages
    .filter((item) => item.how === 'pip')
    .map((item) => `${item.name === 'opencv-python' ? 'opencv-python-headless' : item.name}${item.specifier}`);
}

function requirementFiles(request: BuildRequest): EnvPlan['files'] {
  const files = [{ path: REQUIREMENTS, content: `${pipNames(request.packages).join('\n')}\n`, why: 'what pip installs' }];
  if (request.constraints.length > 0)
    files.push({ path: CONSTRAINTS, content: `${request.constraints.join('\n')}\n`, why: 'what pip must not replace' });
  return files;
}

function buildVenv(request: BuildRequest): Build {
  const needsPip = pipNames(request.packages).length > 0;
  const python = '{run}/env/bin/python';
  const commands = [
    command(
      [request.base.path, '-m', 'venv', '--system-site-packages', ...(needsPip ? [] : ['--without-pip']), '{run}/env'],
      'a private environment that sees what is installed already',
      180,
    ),
  ];
  if (!needsPip) return { python, commands, files: [], gaps: [] };
  const limit = request.constraints.length > 0 ? ['-c', `{run}/${CONSTRAINTS}`] : [];
  commands.push(
    command([python, ...PIP, '-r', `{run}/${REQUIREMENTS}`, ...limit], `installs ${pipNames(request.packages).join(', ')}`, 1800),
  );
  return { python, commands, files: requirementFiles(request), gaps: [] };
}

/** Sites whose file systems bear no thousands of small files: the environment becomes one image file. */
function buildSquashfsVenv(request: BuildRequest): Build {
  const container = containerOf(request.site);
  if (container === null) return withoutImage(request);
  const inside = (...argv: string[]) => inSite(request.site, [...container, ...argv]);
  const wrapper = wrapperFile(request.site, ['-B', '"$run/env.sqsh:/user-software:image-src=/"'], '/user-software/bin/python');
  return {
    python: '{run}/plan/python',
    commands: [
      command(
        inside('python3', '-m', 'venv', '--system-site-packages', '{run}/env'),
        "an environment on top of the image's own packages",
        300,
      ),
      ...installInside(request, (argv) => inside('{run}/env/bin/python', ...argv), []),
      command(['mksquashfs', '{run}/env', '{run}/env.sqsh', '-processors', '1', '-no-xattrs', '-noappend'], 'packs it into one file', 1800),
      command(['rm', '-rf', '{run}/env'], 'removes the unpacked copy that was just made', 300),
      command(['chmod', '755', '{run}/plan/python'], "makes the run's interpreter executable", 30),
    ],
    files: [...siteFiles(request), wrapper],
    gaps: [],
  };
}

/** Sites that put packages into an overlay file on top of an image. */
function buildOverlay(request: BuildRequest): Build {
  const container = request.site.packages.container;
  const image = container?.images[0]?.path;
  if (container === undefined || image === undefined) return withoutImage(request);
  const base = '/home/apptainer/user_software';
  const run = ['exec', '-B', '{run}', '--overlay', '{run}/overlay.img', '--env', `PYTHONUSERBASE=${base}`, image];
  const inside = (...argv: string[]) => inSite(request.site, [container.command, ...run, ...argv]);
  const wrapper = wrapperFile(request.site, ['--overlay', '"$run/overlay.img:ro"', '--env', `PYTHONUSERBASE=${base}`], 'python3');
  return {
    python: '{run}/plan/python',
    commands: [
      command(
        inSite(request.site, [container.command, 'overlay', 'create', '--sparse', '--size', '5120', '{run}/overlay.img']),
        'one file that takes the packages',
        120,
      ),
      ...installInside(request, (argv) => inside('python3', ...argv), ['--user']),
      command(['chmod', '755', '{run}/plan/python'], "makes the run's interpreter executable", 30),
    ],
    files: [...siteFiles(request), wrapper],
    gaps: [],
  };
}

/** Sites with the container wrapper that is called Tykky. */
function buildTykky(request: BuildRequest): Build {
  const isForeign = request.site.arch.login !== request.site.arch.compute;
  return {
    python: '{run}/tykky/bin/python',
    commands: [
      command(
        inSite(request.site, ['pip-containerize', 'new', '--prefix', '{run}/tykky', '--slim', `{run}/${REQUIREMENTS}`]),
        'one container file with the packages',
        3600,
      ),
    ],
    files: siteFiles(request),
    gaps:
      isForeign && request.site.slurm?.partition === undefined
        ? ['The login node has another processor than the compute nodes, and the profile names no partition to build in.']
        : [],
  };
}

function withoutImage(request: BuildRequest): Build {
  return {
    python: request.base.path,
    commands: [],
    files: [],
    gaps: [`The profile of ${request.site.id} names no container image; add one to packages.container.images.`],
  };
}

function installInside(request: BuildRequest, inside: (argv: string[]) => string[], switches: readonly string[]): PlannedCommand[] {
  if (pipNames(request.packages).length === 0) return [];
  return [
    command(
      inside(['{run}/plan/freeze.py', `{run}/${CONSTRAINTS}`]),
      "writes down the image's own versions of what is built for its hardware",
      120,
    ),
    command(
      inside([...PIP, ...switches, '-r', `{run}/${REQUIREMENTS}`, '-c', `{run}/${CONSTRAINTS}`]),
      `installs ${pipNames(request.packages).join(', ')}`,
      3600,
    ),
  ];
}

function siteFiles(request: BuildRequest): EnvPlan['files'] {
  const { site } = request;
  const lines = [...(site.slurm?.prelude ?? []), ...site.packages.modules.map((name) => `module load ${name}`)];
  const files = [
    { path: REQUIREMENTS, content: `${pipNames(request.packages).join('\n')}\n`, why: 'what pip installs' },
    { path: 'plan/freeze.py', content: FREEZE, why: 'writes the constraints of an image' },
  ];
  if (lines.length > 0)
    files.push({
      path: 'plan/in-site.sh',
      content: ['#!/bin/bash -l', "# From the site's profile.", ...lines, 'exec "$@"', ''].join('\n'),
      why: "loads the site's modules before a command",
    });
  return files;
}

/** Puts a command behind the site's modules, and on a compute node where the login node has another processor. */
function inSite(site: SiteProfile, argv: readonly string[]): string[] {
  const hasModules = (site.slurm?.prelude.length ?? 0) + site.packages.modules.length > 0;
  const wrapped = hasModules ? ['bash', '-l', '{run}/plan/in-site.sh', ...argv] : [...argv];
  if (site.arch.login === site.arch.compute || site.slurm === undefined) return wrapped;
  const { partition, samplePartition, account, sampleQos } = site.slurm;
  const options = [
    ...((samplePartition ?? partition) === undefined ? [] : [`--partition=${samplePartition ?? partition ?? ''}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(sampleQos === undefined ? [] : [`--qos=${sampleQos}`]),
  ];
  return ['srun', ...options, '--ntasks=1', '--time=00:30:00', ...wrapped];
}

function containerOf(site: SiteProfile): string[] | null {
  const image = site.packages.container?.images[0]?.path;
  return site.packages.container === undefined || image === undefined
    ? null
    : [site.packages.container.command, 'exec', '-B', '{run}', image];
}

function wrapperFile(site: SiteProfile, options: readonly string[], python: string): EnvPlan['files'][number] {
  const { command = 'singularity', gpuSwitch, images = [] } = site.packages.container ?? {};
  const words = [
    command,
    'exec',
    ...(gpuSwitch === undefined ? [] : [gpuSwitch]),
    '-B',
    '"$run"',
    ...options,
    images[0]?.path ?? '',
    python,
  ];
  const content = [
    '#!/bin/sh',
    '# The interpreter of this run, inside the container image.',
    'run=$(cd "$(dirname "$0")/.." && pwd)',
    `exec ${words.join(' ')} "$@"`,
    '',
  ].join('\n');
  return { path: 'plan/python', content, why: 'starts Python inside the image' };
}

const FREEZE = `"""Written by Reprobot: keeps what the image built for its hardware."""
import sys
from importlib.metadata import distributions

BOUND = ${JSON.stringify([...HARDWARE_BOUND])}
with open(sys.argv[1], "w") as file:
    for item in distributions():
        name = (item.metadata["Name"] or "").lower().replace("_", "-")
        if name in BOUND or name.startswith("nvidia-"):
            file.write("%s==%s\\n" % (name, item.version))
`;
