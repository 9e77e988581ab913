/** Jobs that people started by hand, watched on a real Slurm over a real sshd, with the thread in the console. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createLedger } from '../../src/runs/ledger.ts';
import { callTool, type Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import type { LogMemory } from '../../workers/polling/follow-log.ts';
import { useSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { describeSite } from '../support/slurm-site.ts';
import { ben, mallory, Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';

vi.setConfig({ testTimeout: 240_000 });

let lab: SlurmLab;
let stack: Stack;
let person: Person;
let model: ModelStandIn;

beforeAll(async () => {
  lab = await useSlurmLab();
  model = await startModelStandIn({ player: reader });
  const env = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url };
  stack = await Stack.start({ sites: [describeSite('lab', lab)], env });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await lab?.stop();
  await model?.close();
});

/** Looks at the job and its log, tries what it may not, and says what it read. */
const reader: Player = ({ spoken, results }) => {
  if (spoken === 0) return { content: [callTool('job-status', {}), callTool('read-log', { lines: 5 }), callTool('classify', {})] };
  if (spoken === 1)
    return { content: [callTool('run', { command: 'scancel -u root', why: 'to mend it' }), callTool('read', { path: 'train.py' })] };
  return { content: [{ type: 'text', text: `Refused: ${results.filter(({ failed }) => failed).length}. A module is missing.` }] };
};

/** Hands over a Python program as a person at the login node would; resolves with the id. */
async function submit(name: string, program: readonly string[], ...options: string[]): Promise<string> {
  const folder = join(lab.workRoot, 'by-hand', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'train.py'), `${program.join('\n')}\n`);
  await writeFile(join(folder, 'job.sh'), '#!/bin/sh\nexec python3 -u train.py\n');
  const answer = await lab.command('sbatch', '--parsable', '--mem=100', '-D', folder, '-J', name, ...options, join(folder, 'job.sh'));
  return answer.trim();
}

async function watch(what: string): Promise<string> {
  const answer = await person.type(`watch ${what} --site lab`);
  const runId = /as `(r[a-z0-9]+)`/.exec(answer)?.[1];
  if (runId === undefined) throw new Error(`nothing is watched: ${answer}`);
  return runId;
}

/** Messages of a run by their slots. Whether a start was worth one depends on how long the queue took. */
async function listSlots(runId: string): Promise<(string | undefined)[]> {
  const slots = (await person.slots(runId)).map((message) => message.metadata?.event_payload.slot);
  return slots.filter((slot) => slot !== 'started:1');
}

async function stateOf(jobId: string): Promise<string> {
  return (await lab.command('squeue', '-h', '-j', jobId, '-o', '%T').catch(() => '')).trim();
}

/** Every block of a message, as text. */
const draw = (message: { blocks?: unknown; text: string }): string => JSON.stringify(message.blocks ?? message.text);

test('a job started by hand: progress, and a failure with its name', async () => {
  const steps = [
    'import time',
    'for step in range(1, 160):',
    '    print(f"step {step}/1000 loss {3 / step:.4f}")',
    '    time.sleep(0.05)',
    'import torch_nowhere',
  ];
  const jobId = await submit('by-hand', steps, '-c', '2', '-t', '10', '-e', 'err-%j.txt');
  const runId = await watch(jobId);
  await person.slot(runId, 'status', (message) => /step \d+ of 1000/.test(draw(message)));
  const [item] = (await person.state(runId)).watch?.items ?? [];
  expect(item?.logs.map((path) => path.split('/').at(-1))).toEqual([`slurm-${jobId}.out`, `err-${jobId}.txt`]);
  const failure = await person.slot(runId, 'failure:1');
  expect(draw(failure)).toContain("No module named 'torch_nowhere'");
  expect(draw(failure)).toContain('missing_module');
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toEqual({ as: 'ENDED', reason: `job ${jobId} failed` });
  const result = await person.slot(runId, 'result:1');
  expect(draw(result)).toMatch(/of 2 cores busy/);
  expect(draw(result)).toMatch(/of 104\.\d MB|of 105 MB/);

  expect(await person.hearPrivately(ben, () => person.reply(runId, 'skill navigate-repo', ben), { threadTs: state.thread?.ts })).toContain(
    'Here `monitor-slurm` and `diagnose-failure` can be asked for',
  );
  await person.reply(runId, 'skill diagnose-failure: what is missing?', ben);
  const { agents, approvals } = await person.awaitState(runId, 'an answer', (now) => now.agents[0]?.end != null);
  expect(agents[0]).toMatchObject({
    skill: 'diagnose-failure',
    by: ben,
    end: { as: 'answered', report: expect.stringContaining('Refused: 2.') as string },
  });
  const calls = agents[0]?.calls.map(({ name, result: got }) => [name, got?.failed, got?.text ?? '']) ?? [];
  expect(calls.map(([name, failed]) => [name, failed])).toEqual([
    ['job-status', false],
    ['read-log', false],
    ['classify', false],
    ['run', true],
    ['read', true],
  ]);
  expect(calls[0]?.[2]).toContain(`"job": "${jobId}"`);
  expect(calls[1]?.[2]).toContain("No module named 'torch_nowhere'");
  expect(calls[2]?.[2]).toContain('missing_module');
  expect(calls[3]?.[2]).toContain('There is no tool run');
  expect(approvals).toEqual([]);
  await person.slot(runId, 'agent:1', (message) => draw(message).includes('Refused: 2.'));
});

test('a job that falls silent: one alarm, taken back when it goes on', async () => {
  const gate = join(lab.workRoot, 'by-hand', 'go-on');
  await rm(gate, { force: true });
  const program = [
    'import os, time',
    'for step in range(1, 61):',
    '    print(f"step {step}/1000 loss {3 / step:.4f}")',
    '    time.sleep(0.1)',
    `while not os.path.exists("${gate}"): time.sleep(0.1)`,
    'for step in range(61, 2000):',
    '    print(f"step {step}/1000 loss {3 / step:.4f}")',
    '    time.sleep(0.1)',
  ];
  const jobId = await submit('silent', program, '-t', '10');
  const runId = await watch(jobId);
  const { watch: watched } = await person.awaitState(runId, 'step 60', (state) => state.watch?.items[0]?.progress?.current === 60);
  // Nobody waits for hours: what the poller remembers of the last words is made older.
  const key = `reprobot:log:${watched?.items[0]?.token ?? ''}`;
  await until('an alarm', async () => {
    const memory = JSON.parse((await stack.redis.get(key)) ?? '{}') as LogMemory;
    memory.progress.arrival.heardAt = Date.now() - 3 * 3_600_000;
    await stack.redis.set(key, JSON.stringify(memory));
    return (await person.state(runId)).warnings.length > 0;
  });
  const alarm = await person.slot(runId, 'warning:1');
  expect(draw(alarm)).toMatch(/No output for 3 h/);
  await writeFile(gate, '');
  await person.slot(runId, 'warning:1', (message) => draw(message).includes('It goes on'));
  expect(await listSlots(runId)).toEqual(['status', 'warning:1']);

  // Enough seen: the watching ends, the job does not.
  await person.reply(runId, 'stop watching', mallory);
  await person.reply(runId, 'cancel', ben);
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'STOPPED', reason: expect.stringContaining(`job ${jobId} itself goes on`) as string });
  expect(state.cancel?.by).toBe(ben);
  expect(await stateOf(jobId)).toBe('RUNNING');
  expect(draw(await person.slot(runId, 'result:1'))).toContain('Stopped watching');
  // Nothing looks any more, and nothing has touched it.
  expect(await stack.redis.scard('reprobot:watched:lab')).toBe(0);
  expect(await person.type(`cancel ${runId}`)).toContain('over');
  await lab.command('scancel', jobId);
});

test('an array: counted in one message, equal failures in one more', async () => {
  const program = [
    'import os, time',
    'task = int(os.environ["SLURM_ARRAY_TASK_ID"])',
    'print(f"task {task} begins")',
    'time.sleep(2)',
    'if task > 2: raise FileNotFoundError(2, "No such file or directory", "/data/imagenet/train")',
  ];
  const jobId = await submit('sweep', program, '--array=0-5%3', '-t', '10');
  const runId = await watch(jobId);
  const state = await person.awaitVerdict(runId, 90);
  expect(state.verdict).toEqual({ as: 'ENDED', reason: `job ${jobId} failed` });
  expect(state.watch?.failures.map(({ count, jobs }) => [count, jobs.toSorted()])).toEqual([
    [3, [`${jobId}_3`, `${jobId}_4`, `${jobId}_5`]],
  ]);
  expect(draw(await person.slot(runId, 'failure:1'))).toContain('/data/imagenet/train');
  expect(draw(await person.slot(runId, 'result:1'))).toContain('6 of 6 ended (3 completed, 3 failed)');
  expect(await listSlots(runId)).toEqual(['status', 'failure:1', 'result:1']);
  await expectCounted(runId, jobId);
});

/** What the ledger says of an array is what Slurm's own accounting says of its tasks. */
async function expectCounted(runId: string, jobId: string): Promise<void> {
  const told = await lab.command('sacct', '-n', '-P', '-X', '-j', jobId, '-o', 'ElapsedRaw,AllocCPUS');
  const tasks = told
    .trim()
    .split('\n')
    .map((line) => line.split('|').map(Number));
  expect(tasks).toHaveLength(6);
  const hours = tasks.reduce((sum, [seconds = 0, cores = 0]) => sum + (seconds * cores) / 3_600, 0);
  const journal = createRedisJournal(stack.redis, 'reprobot');
  const ledger = createLedger({ journal, projects: createProjectStore(stack.redis, 'reprobot'), named: [] });
  const rows = (await ledger.collectRows(Date.now())).filter(({ run }) => run === runId);
  expect(rows).toMatchObject([{ kind: 'watched-cpu-hours', about: 'lab', job: jobId, source: { event: 'watch.examined' } }]);
  expect(rows[0]?.amount).toBeCloseTo(hours, 6);
  expect(await person.type('cost all by cluster')).toMatch(/watched CPU-h[\s\S]*lab +[<\d]/);
}

test('a job that waits, one job of an array, and all of them', async () => {
  await lab.command('scancel', '-u', lab.user);
  await until('an empty queue', async () => (await lab.command('squeue', '-h', '--me')) === '');
  const waiting = await submit('waits', ['pass'], '-p', 'closed');
  const array = await submit('waits-too', ['pass'], '-p', 'closed', '--array=1-500');
  const single = await watch(`${array}_7`);
  const status = await person.slot(single, 'status', (message) => message.text.includes('switched off'));
  expect(status.text).toContain('PartitionDown');
  const all = await watch('all');
  await person.slot(all, 'status', (message) => draw(message).includes('500 waiting') && draw(message).includes(`${waiting} waits`));
  expect((await person.state(all)).watch?.items).toHaveLength(2);
  expect(await person.type(`watch ${array}_7 --site lab`)).toBe(`Job ${array}_7 is watched here already, as \`${single}\`.`);
  expect(await person.type('watch all --site lab')).toContain('is watched here already');
  // Somebody else ends them: a cancel is an end, and no failure.
  await lab.command('scancel', waiting, array);
  expect((await person.awaitVerdict(all, 90)).watch?.failures).toEqual([]);
  expect((await person.awaitVerdict(single, 90)).verdict?.reason).toBe(`job ${array}_7 cancelled`);
  expect(await person.type('watch all --site lab')).toContain('No job of ours waits or runs');
});

test('a job that hides its output is told of by what the scheduler says', async () => {
  const jobId = await submit('hidden', ['import time', 'time.sleep(6)', 'raise SystemExit(7)'], '-o', '/dev/null', '-t', '10');
  const runId = await watch(jobId);
  const failure = await person.slot(runId, 'failure:1');
  expect(draw(failure)).toContain('The scheduler says failed, exit code 7, and its log was not found at /dev/null.');
  expect((await person.awaitVerdict(runId)).verdict?.reason).toBe(`job ${jobId} failed`);
});

test('a failure far before the end of a long log is searched for where the log lies', async () => {
  const program = [
    'import subprocess, sys',
    'subprocess.run([sys.executable, "-c", "import torch_nowhere"])',
    'for part in range(20000):',
    '    print(f"INFO mirror: shard {part * 7919} flushed to /scratch/part-{part % 409}.arrow, queue depth {part % 17}")',
    'raise SystemExit(1)',
  ];
  const jobId = await submit('long-log', program, '-t', '10');
  const runId = await watch(jobId);
  const failure = await person.slot(runId, 'failure:1');
  expect(draw(failure)).toContain("No module named 'torch_nowhere'");
  const state = await person.awaitVerdict(runId);
  expect(draw(await person.slot(runId, `result:${state.finishes}`))).toContain(`job ${jobId} failed: `);
  expect(await person.type(`why ${jobId} --site lab`)).toMatch(/exit code 1\. .*missing_module/);
});

test('a job that hid its output leaves no log to wait for', async () => {
  const jobId = await submit('no-log', ['pass'], '-o', '/dev/null', '-t', '10');
  await until('its end', async () => (await stateOf(jobId)) === '');
  expect(await person.type(`why ${jobId} --site lab`)).toMatch(/Ended .*exit code 0\. There is no log at `\/dev\/null` on lab\./);
});

describe('what cannot be watched', () => {
  test.for([
    ['why banana', '“banana” is no job id; they look like'],
    ['logs 4000000 --site lab', 'No job 4000000 of ours is known on lab.'],
    ['watch', 'Which job?'],
    ['watch 4000000', 'No job 4000000 of ours'],
    ['watch 1;id', 'is no job id'],
    ['watch 5 6', 'Which job?'],
    ['watch all --site local', 'is no cluster that I know'],
  ] as const)('%s', async ([words, answer]) => {
    expect(await person.type(words)).toContain(answer);
  });

  test('by whom is not on the list', async () => {
    expect(await person.type('watch all --site lab', mallory)).toContain('viewer');
  });
});
