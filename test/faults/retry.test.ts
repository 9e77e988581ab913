/** What goes away by itself is tried again without asking, on a real Slurm, also when the worker is killed while it waits. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Person } from '../e2e/person.ts';
import { makeTraining } from '../e2e/repos.ts';
import { useSlurmLab, type SlurmLab } from '../lab/slurm.ts';
import { describeSite, listSubmissions } from '../support/slurm-site.ts';
import { Stack } from '../support/stack.ts';

vi.setConfig({ testTimeout: 300_000 });

let lab: SlurmLab;
let stack: Stack;
let person: Person;

beforeAll(async () => {
  lab = await useSlurmLab();
  stack = await Stack.start({ lockMs: 1_500, sites: [describeSite('lab', lab)] });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await lab?.stop();
});

/** Fails in its first job only: a retry carries its number in the job's name. */
const UNPLUGGED = `if os.environ["SLURM_JOB_NAME"][-3:] != "-r1": sys.exit("urllib3.exceptions.NameResolutionError: Failed to resolve 'data.lab.example'")`;

test('a network that fails once: a second job, one each, and no further question', async () => {
  const repo = await makeTraining(stack.folder, 'unplugged', { steps: 5_000, pause: 0.02, before: UNPLUGGED });
  const runId = await person.reproduce(repo, '--site lab');
  await person.approve(runId, 1);
  await person.approve(runId, 2);
  const waiting = await person.awaitState(runId, 'a retry', (state) => state.failures[0]?.retry !== undefined, 120);
  expect(waiting.failures[0]).toMatchObject({ failure: { class: 'network_timeout' }, retry: { number: 2, of: 4, exclude: null } });
  await person.slot(runId, 'failure:1', (message) => JSON.stringify(message).includes('attempt 2 of 4'));
  await stack.killAndStart('worker');
  const state = await person.awaitVerdict(runId, 150);
  expect(state.verdict?.as).toBe('READY');
  expect(state.approvals).toHaveLength(2);
  expect(state.jobs).toHaveLength(2);
  const [first, second] = state.jobs;
  expect(second?.spec.token).toBe(`${first?.spec.token}-r1`);
  const begun = second?.ref?.submittedAt ?? 0;
  // The cluster's clock counts whole seconds.
  expect(begun).toBeGreaterThanOrEqual((waiting.failures[0]?.retry?.until ?? Infinity) - 1_000);
  const why = await person.type(`why ${first?.ref?.jobId} --site lab`);
  expect(why).toContain('network_timeout');
  expect(why).toContain(`It is of run \`${runId}\``);
  for (const job of state.jobs) expect(await listSubmissions(lab, job.spec.token)).toHaveLength(1);
});
