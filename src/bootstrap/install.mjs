// Brings what a fresh machine lacks. Plain JavaScript without a dependency: it runs before node_modules exists.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Stops with one sentence that says what is wrong and what to do. */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}

/** Says what happens, on stderr, so that stdout stays for results. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 18))
    fail(`Reprobot needs Node 20.18 or newer; this is ${process.version}. See https://nodejs.org.`);
}

/** Folders that hold servers are not always on a user's PATH. */
export function findProgram(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Runs npm ci when node_modules is not there or belongs to another lock file. */
export function installModules() {
  const stamp = join(ROOT, 'node_modules', '.reprobot-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  // npm would empty the folder behind the link, which belongs to another checkout.
  const modules = lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false });
  if (modules?.isSymbolicLink())
    fail('node_modules is a link, and its packages are not those of package-lock.json: install them where it leads.');
  say('Installing the node packages of package-lock.json (npm ci) …');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (npm.status !== 0) fail('npm ci did not end well (above); mend that and start again.');
  writeFileSync(stamp, lock);
}

/** What each program belongs to, by package manager. */
const PROGRAMS = {
  'redis-server': { apt: 'redis-server', brew: 'redis', dnf: 'redis', or: ['valkey-server'] },
  git: { apt: 'git', brew: 'git', dnf: 'git' },
  'python3-venv': { apt: 'python3-venv', brew: 'python', dnf: 'python3', check: () => canImport('venv, ensurepip') },
  'python3-sklearn': { apt: 'python3-sklearn', check: () => canImport('sklearn') },
  'python3-pandas': { apt: 'python3-pandas', check: () => canImport('pandas') },
  slurmctld: { apt: 'slurm-wlm' },
  slurmdbd: { apt: 'slurmdbd' },
  mariadbd: { apt: 'mariadb-server' },
  munged: { apt: 'munge' },
  sshd: { apt: 'openssh-server', dnf: 'openssh-server' },
  ssh: { apt: 'openssh-client', dnf: 'openssh-clients' },
  bwrap: { apt: 'bubblewrap', dnf: 'bubblewrap' },
  chromium: { apt: 'chromium', brew: 'chromium', dnf: 'chromium', or: ['chromium-browser', 'google-chrome'] },
};

const NEEDED = ['redis-server', 'git', 'python3-venv'];

/** Programs without which something is left out, and what. */
const WITHOUT = { 'bwrap?': 'jobs on this machine will run without a sandbox, and each question will say so' };

/** A name with a question mark is wished for, not needed. */
export const FOR_START = [...NEEDED, 'bwrap?'];
export const FOR_TESTS = [
  ...NEEDED,
  'python3-sklearn',
  'python3-pandas',
  'slurmctld',
  'slurmdbd',
  'mariadbd',
  'munged',
  'sshd',
  'ssh',
  'bwrap',
  'chromium',
];

function canImport(modules) {
  return ['/usr/bin/python3', 'python3'].some((python) => spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0);
}

function isThere(name) {
  const program = PROGRAMS[name];
  if (program.check !== undefined) return program.check();
  return [name, ...(program.or ?? [])].some((item) => findProgram(item) !== undefined);
}

/** Installs with apt what is missing, after saying so; where apt cannot, says in one line how to get it, or what goes without it. */
export function installPrograms(names, { strict }) {
  installNeeded(
    names.filter((name) => !name.endsWith('?')),
    strict,
  );
  for (const name of names.filter((item) => item.endsWith('?'))) installWished(name);
}

/** Never stops the start. */
function installWished(wish) {
  const name = wish.slice(0, -1);
  if (isThere(name)) return;
  const sudo = prefixForRoot();
  const mayInstall = findProgram('apt-get') !== undefined && sudo !== null && PROGRAMS[name].apt !== undefined;
  if (mayInstall) {
    say(`Missing here: ${name}. Installing with apt: ${PROGRAMS[name].apt} …`);
    runApt(sudo, [PROGRAMS[name].apt], 'ignore');
  }
  if (!isThere(name)) say(`Without ${name} (package ${PROGRAMS[name].apt}) ${WITHOUT[wish]}.`);
}

function installNeeded(names, strict) {
  const missing = names.filter((name) => !isThere(name));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((name) => PROGRAMS[name].apt))];
  const sudo = prefixForRoot();
  if (findProgram('apt-get') === undefined || sudo === null) {
    const hint = describeHint(missing, packages, sudo);
    if (strict) fail(hint);
    say(hint);
    return;
  }
  say(`Missing here: ${missing.join(', ')}. Installing with apt: ${packages.join(' ')} …`);
  if (!runApt(sudo, packages, 2)) fail(`apt-get install ${packages.join(' ')} did not end well (above); mend that and start again.`);
  const still = missing.filter((name) => !isThere(name));
  if (still.length > 0) fail(`After the installation ${still.join(', ')} is still not found on this machine.`);
}

/** True when apt-get came to a good end; its output goes to the given stream. */
function runApt(sudo, packages, output) {
  const apt = (...args) =>
    spawnSync([...sudo, 'apt-get'][0], [...sudo, 'apt-get', ...args].slice(1), { stdio: ['ignore', output, output], env: aptEnv() });
  const blocker = keepServicesOff(sudo);
  apt('-qq', 'update');
  const installed = apt('-qq', '-y', '--no-install-recommends', 'install', ...packages);
  blocker();
  return installed.status === 0;
}

function aptEnv() {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}

/** [] for root, ['sudo', '-n'] where sudo asks nothing, null where neither. */
function prefixForRoot() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : null;
}

/** Packages of servers start them on installation; the machine's own services are none of our business, so nothing is started. */
function keepServicesOff(sudo) {
  const path = '/usr/sbin/policy-rc.d';
  if (existsSync(path)) return () => {};
  const run = (...args) =>
    spawnSync([...sudo, ...args][0], [...sudo, ...args].slice(1), { stdio: 'ignore', input: '#!/bin/sh\nexit 101\n' });
  run('sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${path} && chmod 755 ${path}`);
  return () => run('rm', '-f', path);
}

function describeHint(missing, packages, sudo) {
  const brew = missing.map((name) => PROGRAMS[name].brew).filter((name) => name !== undefined);
  const dnf = missing.map((name) => PROGRAMS[name].dnf).filter((name) => name !== undefined);
  const ways = [
    ...(findProgram('apt-get') === undefined
      ? []
      : [`sudo apt-get install ${packages.join(' ')}${sudo === null ? ' (this account may not do it without a password)' : ''}`]),
    ...(findProgram('brew') === undefined || brew.length === 0 ? [] : [`brew install ${brew.join(' ')}`]),
    ...(findProgram('dnf') === undefined || dnf.length === 0 ? [] : [`sudo dnf install ${dnf.join(' ')}`]),
    'docker compose up (brings everything in containers)',
  ];
  return `Missing here: ${missing.join(', ')}. Get it with: ${ways.join('; or: ')}.`;
}
