import { diagnose } from '../../src/core/diagnosis/diagnose.ts';
import { BUILT } from '../../src/core/environment/build-script.ts';
import { checkVerify } from '../../src/core/environment/verify.ts';
import type { Failure } from '../../src/core/failure.ts';
import { wrapInSandbox, type SandboxSettings } from '../../src/core/jobs/sandbox.ts';
import type { ApprovalAction } from '../../src/core/run/events.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { ReprobotError } from '../../src/errors.ts';
import type { ExecResult, Host } from '../../src/ports.ts';
import { requireGranted } from '../approved.ts';
import type { WorkerContext } from '../context.ts';
import { probeSandbox } from '../isolation.ts';
import { defineEffect } from '../processor.ts';
import { profileOf } from '../site-facts.ts';
import { cloneFolder, ensureClone } from '../workspace.ts';

const OUTPUT_BYTES = 400_000;
const UNDO_MS = 600_000;

/** Folders of the run that only the bot writes to. */
const FIXED = ['repo', 'plan', 'stand-ins', 'jobs'];

type BuildAction = Extract<ApprovalAction, { kind: 'build-environment' }>;

export default defineEffect('build-env', async ({ context, state, signal }) => {
  const action = requireGranted(state, 'build-env');
  if (action.kind !== 'build-environment' || state.env === null) throw new Error('build-env was granted something else');
  const startedAt = context.now();
  const host = context.hostOf(state.request.site);
  await ensureClone(context, state, signal);
  await prepareFolder(host, action);
  await host.uploadFolder(cloneFolder(context, state), `${action.folder}/repo`, { exclude: ['.git'], signal });
  for (const file of action.files) await host.writeFile(`${action.folder}/${file.path}`, file.content);
  await host.exec(['rm', '-f', `${action.folder}/${BUILT}`]);
  const inside = action.sandbox ? await listInside(context, state, action, signal) : null;
  const timeouts = [...state.env.plan.commands, state.env.plan.verify].map((command) => command.timeoutSeconds);
  let last: ExecResult | null = null;
  for (const [index, argv] of action.commands.entries()) {
    last = await runCommand(host, action, { argv, inside }, (timeouts[index] ?? 600) * 1000, signal);
    if (last.code !== 0) await takeBack(host, action, inside, signal);
    const failure = judge(context, argv, last);
    if (failure !== null) return { kind: 'failure', failure };
  }
  await host.writeFile(`${action.folder}/${BUILT}`, '');
  return { kind: 'env-built', packages: readVersions(last?.stdout ?? '', state), seconds: (context.now() - startedAt) / 1000 };
});

/** Folders of ours, made before anything foreign runs, so that it cannot put links in their place. */
async function prepareFolder(host: Host, { folder, sandbox }: BuildAction): Promise<void> {
  for (const name of ['', ...FIXED, ...(sandbox ? ['.home/tmp', '.home/.cache'] : [])]) await host.makeFolder(`${folder}/${name}`);
  await host.exec(['chmod', '700', folder]);
}

/** What the sandbox of the commands hides and opens: only the run's folder can be written, and of that not what we wrote there. */
async function listInside(context: WorkerContext, state: RunState, action: BuildAction, signal: AbortSignal): Promise<SandboxSettings> {
  const { folder, readable } = action;
  const probe = await probeSandbox(context, profileOf(context, state), state.env?.plan.basePython.path ?? 'python3', signal);
  return {
    network: true,
    hidden: probe.hidden,
    readable,
    writable: [folder, `${folder}/.home`],
    fixed: FIXED.map((name) => `${folder}/${name}`),
    workdir: folder,
  };
}

/** Half an environment is worse than none: the next attempt would find it. What was asked for is removed, and nothing else. */
async function takeBack(host: Host, action: BuildAction, inside: SandboxSettings | null, signal: AbortSignal): Promise<void> {
  for (const argv of action.undo ?? []) await runCommand(host, action, { argv, inside }, UNDO_MS, signal);
}

async function runCommand(
  host: Host,
  action: BuildAction,
  command: { readonly argv: readonly string[]; readonly inside: SandboxSettings | null },
  timeoutMs: number,
  signal: AbortSignal,
) {
  const { argv, inside } = command;
  // What apt-get installs is for the whole machine; the question said so.
  const wrapped = inside !== null && argv[0] !== 'apt-get' ? wrapInSandbox(argv, inside) : null;
  const settings = action.readable.find((path) => path.endsWith('/pip.conf'));
  const home = `${action.folder}/.home`;
  return host.exec(wrapped ?? argv, {
    cwd: action.folder,
    timeoutMs,
    signal,
    maxOutputBytes: OUTPUT_BYTES,
    env: {
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_NO_INPUT: '1',
      DEBIAN_FRONTEND: 'noninteractive',
      PYTHONUNBUFFERED: '1',
      ...(wrapped === null ? {} : { HOME: home, XDG_CACHE_HOME: `${home}/.cache`, TMPDIR: `${home}/tmp` }),
      ...(wrapped === null || settings === undefined ? {} : { PIP_CONFIG_FILE: settings }),
    },
  });
}

/** What a command that ended badly says of the environment; null when it ended well. */
function judge(context: WorkerContext, argv: readonly string[], result: ExecResult): Failure | null {
  if (result.code === 0) return null;
  const log = `${result.stdout}\n${result.stderr}`;
  const command = argv.join(' ').slice(0, 200);
  if (result.timedOut)
    throw new ReprobotError({
      code: 'timeout',
      doing: `running ${command}`,
      why: 'it did not end in its time',
      remedy: 'Press “Try again”, or prepare the environment by hand.',
    });
  const lacking = checkVerify(result.stdout).missing;
  const found = diagnose({ log, schedulerState: 'FAILED' }, context.failureClasses);
  const title = lacking.length > 0 ? `Not importable: ${lacking.join(', ')}` : `The environment could not be built: ${found.title}`;
  return { ...found, title, explanation: `\`${command}\` ended with exit code ${result.code}. ${found.explanation}` };
}

/** `name version` lines of the verification. */
function readVersions(stdout: string, state: RunState): Record<string, string> {
  const versions: Record<string, string> = {};
  for (const line of stdout.split('\n')) {
    const match = /^([A-Za-z0-9][\w.-]*) (\S+)$/.exec(line.trim());
    if (match?.[1] !== undefined && match[2] !== undefined && match[1] !== 'missing' && match[1] !== 'verified')
      versions[match[1]] = match[2];
  }
  versions['python'] ??= state.env?.plan.basePython.version ?? '';
  return versions;
}
