/** How an environment is built at a site, from the profile's data alone. One function a strategy; each returns words, never shell text. */
import type { SiteProfile } from '../site.ts';
import { HARDWARE_BOUND } from './packages.ts';
import type { EnvPlan, PlannedCommand, PlannedPackage } from './schema.ts';

export interface Build {
  readonly python: string;
  /** Words before the verification, where the site needs modules or a compute node for it. */
  readonly verifyPrefix: readonly string[];
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
      return { python: request.base.path, verifyPrefix: [], commands: [], files: [], gaps: [] };
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
  if (!needsPip) return { python, verifyPrefix: [], commands, files: [], gaps: [] };
  const limit = request.constraints.length > 0 ? ['-c', `{run}/${CONSTRAINTS}`] : [];
  commands.push(
    command([python, ...PIP, '-r', `{run}/${REQUIREMENTS}`, ...limit], `installs ${pipNames(request.packages).join(', ')}`, 1800),
  );
  return { python, verifyPrefix: [], commands, files: requirementFiles(request), gaps: [] };
}

const IN_SITE = ['bash', '-l', '{run}/plan/in-site.sh'];
const IN_IMAGE = ['bash', '-l', '{run}/plan/in-image.sh'];

/** Sites whose file systems bear no thousands of small files: the environment becomes one image file. */
function buildSquashfsVenv(request: BuildRequest): Build {
  const { site } = request;
  if (imageOf(site) === null) return withoutImage(request);
  const inside = (...argv: string[]) => onComputeNode(site, [...IN_IMAGE, ...argv]);
  const mount = ['-B', '"$run/env.sqsh:/user-software:image-src=/"'];
  return {
    python: '{run}/plan/python',
    verifyPrefix: onComputeNode(site, IN_SITE),
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
    files: [...siteFiles(request), imageFile(site, []), interpreterFile(site, mount, '/user-software/bin/python')],
    gaps: [],
  };
}

/** Sites that put packages into an overlay file on top of an image. */
function buildOverlay(request: BuildRequest): Build {
  const { site } = request;
  if (imageOf(site) === null) return withoutImage(request);
  const user = ['--env', 'PYTHONUSERBASE=/home/apptainer/user_software'];
  const inside = (...argv: string[]) => onComputeNode(site, [...IN_IMAGE, ...argv]);
  const create = [site.packages.container?.command ?? 'apptainer', 'overlay', 'create', '--sparse', '--size', '5120', '{run}/overlay.img'];
  return {
    python: '{run}/plan/python',
    verifyPrefix: onComputeNode(site, IN_SITE),
    commands: [
      command(onComputeNode(site, [...IN_SITE, ...create]), 'one file that takes the packages', 120),
      ...installInside(request, (argv) => inside('python3', ...argv), ['--user']),
      command(['chmod', '755', '{run}/plan/python'], "makes the run's interpreter executable", 30),
    ],
    files: [
      ...siteFiles(request),
      imageFile(site, ['--overlay', '"$run/overlay.img"', ...user]),
      interpreterFile(site, ['--overlay', '"$run/overlay.img:ro"', ...user], 'python3'),
    ],
    gaps: [],
  };
}

/** Sites with the container wrapper that is called Tykky. */
function buildTykky(request: BuildRequest): Build {
  const { site } = request;
  return {
    python: '{run}/tykky/bin/python',
    verifyPrefix: onComputeNode(site, IN_SITE),
    commands: [
      command(
        onComputeNode(site, [...IN_SITE, 'pip-containerize', 'new', '--prefix', '{run}/tykky', '--slim', `{run}/${REQUIREMENTS}`]),
        'one container file with the packages',
        3600,
      ),
    ],
    files: siteFiles(request),
    gaps: [],
  };
}

function withoutImage(request: BuildRequest): Build {
  const gap = `The profile of ${request.site.id} names no container image; add one to packages.container.images.`;
  return { python: request.base.path, verifyPrefix: [], commands: [], files: [], gaps: [gap] };
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
  return [
    { path: REQUIREMENTS, content: `${pipNames(request.packages).join('\n')}\n`, why: 'what pip installs' },
    { path: 'plan/freeze.py', content: FREEZE, why: 'writes the constraints of an image' },
    {
      path: 'plan/in-site.sh',
      content: renderScript([...profileLines(request.site), 'exec "$@"']),
      why: "loads the site's modules before a command",
    },
  ];
}

/** Lines of the profile, never of a repository. */
function profileLines(site: SiteProfile): string[] {
  return [...(site.slurm?.prelude ?? []), ...site.packages.modules.map((name) => `module load ${name}`)];
}

function renderScript(lines: readonly string[]): string {
  return ['#!/bin/bash -l', "# Written by Reprobot from the site's profile.", ...lines, ''].join('\n');
}

function imageOf(site: SiteProfile): string | null {
  return site.packages.container?.images[0]?.path ?? null;
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

function imageFile(site: SiteProfile, options: readonly string[]): EnvPlan['files'][number] {
  const words = [site.packages.container?.command ?? 'singularity', 'exec', '-B', '"$run"', ...options, '"$image"', '"$@"'];
  const content = renderScript([...profileLines(site), ...chooseImage(site), `exec ${words.join(' ')}`]);
  return { path: 'plan/in-image.sh', content, why: 'runs a command inside the image' };
}

function interpreterFile(site: SiteProfile, options: readonly string[], python: string): EnvPlan['files'][number] {
  const { command = 'singularity', gpuSwitch } = site.packages.container ?? {};
  const words = [command, 'exec', ...(gpuSwitch === undefined ? [] : [gpuSwitch]), '-B', '"$run"', ...options, '"$image"', python, '"$@"'];
  const content = [
    '#!/bin/sh',
    '# The interpreter of this run, inside the container image.',
    ...chooseImage(site),
    `exec ${words.join(' ')}`,
    '',
  ].join('\n');
  return { path: 'plan/python', content, why: 'starts Python inside the image' };
}

/** Where the login node has another processor, what is built there would not run: the command goes to a compute node. */
function onComputeNode(site: SiteProfile, argv: readonly string[]): string[] {
  if (site.arch.login === site.arch.compute || site.slurm === undefined) return [...argv];
  const { partition, samplePartition, account, sampleQos, memory } = site.slurm;
  const chosen = samplePartition ?? partition;
  const options = [
    ...(chosen === undefined ? [] : [`--partition=${chosen}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(sampleQos === undefined ? [] : [`--qos=${sampleQos}`]),
    ...(memory.policy === 'forbidden' ? [] : ['--mem=16G']),
  ];
  return ['srun', ...options, '--ntasks=1', '--cpus-per-task=8', '--time=00:30:00', ...argv];
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
