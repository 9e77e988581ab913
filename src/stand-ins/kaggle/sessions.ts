import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from './context.ts';
import { wrapInBox, type Box } from './python.ts';
import { startRun } from './run.ts';
import { isSame, type Kernel, type Session, type Version } from './state.ts';

const RUNNER = fileURLToPath(new URL('./run-source.py', import.meta.url));
const KILLED = 137;
const OUT_OF_MEMORY = 'Your notebook tried to allocate more memory than is available. It has restarted.';
const OUT_OF_TIME = 'Your notebook was stopped because it exceeded the max allowed execution duration.';
/** Libraries that pick a routine by the processor are told by these which one is right. */
const PASSED_ON = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE', 'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS'];

/** Every session of every kernel. */
export function listSessions(ctx: Context): { kernel: Kernel; version: Version; session: Session }[] {
  return ctx.state.kernels.flatMap((kernel) =>
    kernel.versions.flatMap((version) => (version.session === undefined ? [] : [{ kernel, version, session: version.session }])),
  );
}

export function isActive({ state }: Session): boolean {
  return state === 'QUEUED' || state === 'RUNNING' || state === 'CANCEL_REQUESTED';
}

/** Starts what has waited long enough and ends what has run too long, by the clock. */
export function moveSessions(ctx: Context): void {
  const now = ctx.now();
  for (const { kernel, version, session } of listSessions(ctx)) {
    if (session.state === 'QUEUED' && now >= session.pushedAt + ctx.timings.queueMs)
      ctx.background(runSession(ctx, kernel, version, session));
    const { startedAt } = session;
    const isLate = startedAt !== undefined && now - startedAt > version.timeoutSeconds * 1000;
    if (session.state === 'RUNNING' && isLate) end(ctx, session, 'CANCEL_ACKNOWLEDGED', OUT_OF_TIME);
  }
}

/** What the stop button of the editor does; no call of the API can. */
export function stopSession(ctx: Context, session: Session): void {
  if (isActive(session)) end(ctx, session, 'CANCEL_ACKNOWLEDGED', undefined);
}

function end(ctx: Context, session: Session, state: Session['state'], message: string | undefined): void {
  session.state = state;
  session.failureMessage = message;
  session.endedAt = ctx.now();
  session.startedAt ??= session.endedAt;
  session.run?.kill();
}

async function runSession(ctx: Context, kernel: Kernel, version: Version, session: Session): Promise<void> {
  session.state = 'RUNNING';
  session.startedAt = ctx.now();
  const startedAt = session.startedAt;
  const note = (record: { stream_name: 'stdout' | 'stderr'; data: string }): void => {
    session.log.push({ ...record, time: Math.max(0, (ctx.now() - startedAt) / 1000) });
  };
  const refusal = checkSource(kernel, version.source);
  if (refusal !== null) {
    note({ stream_name: 'stderr', data: `${refusal}\n` });
    return end(ctx, session, 'ERROR', undefined);
  }
  try {
    const { argv, cwd, env } = await prepare(ctx, kernel, version, session);
    if (!isActive(session)) return;
    session.run = startRun({ argv, cwd, env, onRecord: note });
  } catch (error) {
    note({ stream_name: 'stderr', data: `The session could not be made: ${String(error)}\n` });
    return end(ctx, session, 'ERROR', undefined);
  }
  if (ctx.faults.take('out-of-memory') !== undefined) session.run.kill();
  const code = await session.run.ended;
  // Whoever stopped it has said what became of it.
  if (!isActive(session)) return;
  end(ctx, session, code === 0 ? 'COMPLETE' : 'ERROR', code === KILLED ? OUT_OF_MEMORY : undefined);
}

function checkSource(kernel: Kernel, source: string): string | null {
  if (kernel.language !== 'python') return `This stand-in runs Python only, and the kernel is written in ${kernel.language}.`;
  if (kernel.kernelType === 'script') return null;
  try {
    const notebook = JSON.parse(source) as { metadata?: { kernelspec?: { name?: unknown } } };
    const named = typeof notebook.metadata?.kernelspec?.name === 'string';
    return named ? null : 'ValueError: No kernel name found in notebook and no override provided.';
  } catch (error) {
    return `nbformat.reader.NotJSONError: Notebook does not appear to be JSON: ${String(error)}`;
  }
}

async function prepare(ctx: Context, kernel: Kernel, version: Version, session: Session) {
  const home = dirname(session.workingFolder);
  const isNotebook = kernel.kernelType === 'notebook';
  const name = isNotebook ? 'kernel.ipynb' : 'script.py';
  const mounts = listInputs(ctx, version);
  // A run that began before a restart left something.
  await rm(session.workingFolder, { recursive: true, force: true });
  await mkdir(session.workingFolder, { recursive: true });
  await mkdir(join(home, 'src'), { recursive: true });
  await cp(RUNNER, join(home, 'src', 'run-source.py'));
  const env: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/tmp',
    LANG: 'C.UTF-8',
    PYTHONUTF8: '1',
    PYTHONDONTWRITEBYTECODE: '1',
    MPLBACKEND: 'Agg',
    KAGGLE_KERNEL_RUN_TYPE: 'Batch',
    KAGGLE_URL_BASE: 'https://www.kaggle.com',
  };
  for (const key of PASSED_ON) if (process.env[key] !== undefined) env[key] = process.env[key];
  const words = [ctx.python.executable, '-u', `${ctx.boxed ? '/kaggle' : home}/src/run-source.py`, isNotebook ? 'notebook' : 'script'];
  if (ctx.boxed) {
    await writeFile(join(home, 'src', name), version.source);
    const box: Box = {
      internet: version.internet && ctx.internet,
      shown: ctx.python.folders,
      mounts: [
        { from: session.workingFolder, to: '/kaggle/working', write: true },
        { from: join(home, 'src'), to: '/kaggle/src' },
        ...mounts,
      ],
      workdir: '/kaggle/working',
    };
    const settings = Object.entries(env).flatMap(([key, value]) => ['--setenv', key, value]);
    return { argv: [...wrapInBox(box), ...settings, '--', ...words, `/kaggle/src/${name}`], cwd: home, env: { PATH: env['PATH'] ?? '' } };
  }
  await layOut(home, mounts);
  const moved = version.source.replaceAll(/\/kaggle\/(?=input|working)/g, `${home}/`);
  await writeFile(join(home, 'src', name), moved);
  return { argv: [...words, join(home, 'src', name)], cwd: session.workingFolder, env };
}

/** Where no root of its own can be made, links stand in for mounts and the paths in the source are changed to them. */
async function layOut(home: string, mounts: Box['mounts']): Promise<void> {
  await mkdir(join(home, 'input'), { recursive: true });
  for (const { from, to } of mounts) {
    const place = join(home, to.slice('/kaggle/'.length));
    await mkdir(dirname(place), { recursive: true });
    await symlink(from, place);
  }
}

/** The folders of a version's inputs under the paths of today's layout, the old one, or both. */
function listInputs(ctx: Context, { sources }: Version): Box['mounts'] {
  const mounts: { from: string; to: string }[] = [];
  const add = (from: string | undefined, today: string, old: string): void => {
    if (from === undefined) return;
    const paths = { new: [today], old: [old], both: [today, old] }[ctx.mountLayout];
    mounts.push(...paths.map((path) => ({ from, to: `/kaggle/input/${path}` })));
  };
  for (const ref of sources.datasets) {
    const [owner = '', slug = '', number] = ref.split('/');
    const versions = ctx.state.findDataset(owner, slug)?.versions ?? [];
    const version = number === undefined ? versions.at(-1) : versions.find((one) => one.number === Number(number));
    add(version?.folder, `datasets/${owner}/${slug}`, slug);
  }
  for (const slug of sources.competitions) {
    add(ctx.state.competitions.find((one) => isSame(one.slug, slug))?.folder, `competitions/${slug}`, slug);
  }
  for (const ref of sources.kernels) {
    const [owner = '', slug = ''] = ref.split('/');
    const done = ctx.state.findKernel(owner, slug)?.versions.findLast((version) => version.session?.state === 'COMPLETE');
    add(done?.session?.workingFolder, `notebooks/${owner}/${slug}`, slug);
  }
  return mounts;
}
