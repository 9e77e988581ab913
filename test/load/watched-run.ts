import { NO_ISOLATION } from '../../src/core/jobs/job.ts';
import type { Command } from '../../src/core/run/commands.ts';
import type { RunService } from '../../src/runs/run-service.ts';

/** Brings a run to the point where its job is watched, as if everything before had gone well. Nothing outside the journal happens. */
export async function makeWatchedRun(runs: RunService, runId: string, channel: string): Promise<{ token: string }> {
  const token = `rb-${runId}-a1`;
  const run = `/tmp/${runId}`;
  let count = 0;
  const send = async (command: DistributiveOmit<Command, 'id' | 'at'>): Promise<void> => {
    count += 1;
    const applied = await runs.apply(runId, { ...command, id: `${runId}-${count}`, at: Date.now() });
    if (applied.outcome !== 'applied') throw new Error(`${command.kind}: ${applied.refusal?.message ?? applied.outcome}`);
  };
  const result = (effect: string, output: Extract<Command, { kind: 'result' }>['output']): Promise<void> =>
    send({ kind: 'result', effectId: `${runId}.${effect}`, output });
  const approve = (approvalId: number): Promise<void> =>
    send({ kind: 'approve', by: 'UADA0000001', via: 'button', approvalId, digest: null });
  const command = { argv: ['true'], why: 'bench', readOnly: true, timeoutSeconds: 1 };
  const plan = {
    schemaVersion: 1,
    site: 'local',
    strategy: 'venv',
    basePython: { path: 'python3', version: '3' },
    python: 'python3',
    packages: [],
    commands: [],
    files: [],
    verify: command,
    env: {},
    overrides: [],
    gaps: [],
  } as const;
  const resources = { cpus: 1, memoryMb: 100, gpus: 0, nodes: 1, timeLimitSeconds: 600 };
  const spec = {
    token,
    title: 'bench',
    folder: `${run}/jobs/${token}`,
    workdir: run,
    runFolder: run,
    argv: ['true'],
    env: {},
    resources,
    slurm: {},
    isolation: NO_ISOLATION,
  };
  await send({
    kind: 'request',
    runId,
    by: 'UADA0000001',
    channel,
    repo: { url: `https://github.com/lab/${runId}`, ref: null, subfolder: '' },
    site: 'local',
  });
  await result('clone.1.work', { kind: 'cloned', commit: 'a'.repeat(40), committedAt: '2026-01-01T00:00:00Z', sizeBytes: 1, files: 1 });
  const map = {
    name: runId,
    about: '',
    entries: [],
    entryCount: 0,
    hardware: { class: 'cpu', needsGpu: false, reasons: [] },
    frameworks: [],
    files: { total: 1, python: 1 },
    license: null,
    missingAssets: [],
    redFlags: [],
  };
  await result('navigate-repo.1.work', { kind: 'mapped', map, documents: [] });
  const build = { kind: 'build-environment', site: 'local', folder: run, commands: [], files: [], sandbox: false, readable: [] } as const;
  await result('resolve-deps.1.work', {
    kind: 'env-planned',
    plan: { ...plan, packages: [], commands: [], files: [], overrides: [], gaps: [] },
    runFolder: run,
    question: { title: 'Build', action: { ...build, commands: [], files: [], readable: [] }, digest: 'd1' },
    documents: [],
  });
  await approve(1);
  await result('build-env.1.work', { kind: 'env-built', packages: {}, seconds: 1 });
  const sample = {
    schemaVersion: 1,
    argv: ['true'],
    command: 'true',
    cwd: '',
    env: {},
    files: [],
    bounds: [],
    expected: null,
    stopsByClock: false,
    resources,
    full: { command: 'true', unit: null, total: null },
    notes: [],
  } as const;
  const action = { kind: 'submit-job', site: 'local', spec, command: [], files: [] } as const;
  await result('sample-run.1.work', {
    kind: 'sample-planned',
    plan: { ...sample, argv: ['true'], files: [], bounds: [], notes: [] },
    spec,
    question: { title: 'Run', action: { ...action, command: [], files: [] }, digest: 'd2' },
  });
  await approve(2);
  await result('sample-run.1.submit', { kind: 'submitted', ref: { token, jobId: '1', folder: spec.folder, submittedAt: Date.now() } });
  return { token };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
