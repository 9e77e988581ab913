import { beforeEach, expect, it } from 'vitest';
import { foldEvents } from '../../src/core/run/fold.ts';
import { RunService } from '../../src/runs/run-service.ts';
import type { CommandRequest } from '../../src/slack/command.ts';
import verb from '../../src/slack/commands/skill.ts';
import { hearReply } from '../../src/slack/messages.ts';
import { ada, makeRequest, research, runId } from '../core/run/builders.ts';
import { MemoryJournal, MemoryQueue } from '../core/run/crash-parts.ts';
import { Fate } from '../core/run/fate.ts';

/** Knows one run, and no other. */
class OneJournal extends MemoryJournal {
  override read(id: string, after: number): ReturnType<MemoryJournal['read']> {
    return id === runId ? super.read(id, after) : Promise.resolve([]);
  }
}

const ben = 'UBEN0000002';
let runs: RunService;
let journal: MemoryJournal;
let told: string[];

beforeEach(() => {
  const fate = new Fate([]);
  journal = new OneJournal(fate);
  runs = new RunService(journal, new MemoryQueue(fate));
  told = [];
});

/** What the verb and replies need of the context, and nothing else. */
function makeContext(apiKey: string | null): CommandRequest['context'] {
  const skills = [
    { name: 'monitor-slurm', description: 'Reads a job. Use when <somebody> asks.' },
    { name: 'navigate-repo', description: 'Explains a repository.' },
  ];
  const say = ({ text }: { text: string }) => Promise.resolve(told.push(text));
  const context = {
    runs,
    settings: { model: { apiKey } },
    access: { allows: () => Promise.resolve(true) },
    listSkills: () => Promise.resolve(skills),
    threads: { load: () => Promise.resolve(new Map()) },
    client: { chat: { postEphemeral: say }, reactions: { add: () => Promise.resolve() } },
    now: () => makeRequest().at + 60_000,
    log: { debug: () => {} },
  };
  return context as unknown as CommandRequest['context'];
}

async function type(words: string, apiKey: string | null = 'key', user = ada): Promise<string> {
  const args = words === '' ? [] : words.split(' ');
  const request = { context: makeContext(apiKey), args, user, channel: research, deliveryId: `slash:${words}`, name: '/hpc', verbs: [] };
  return (await verb.run(request)).text;
}

const readSessions = async () =>
  (foldEvents(await journal.read(runId, 0))?.agents ?? []).map(({ skill, task, by }) => ({ skill, task, by }));

it('alone it lists the skills; without a key it says what to do, and nothing begins', async () => {
  await runs.apply(runId, makeRequest());
  expect(await type('', null)).toContain('• *monitor-slurm* – Reads a job.\n• *navigate-repo* – Explains a repository.');
  expect(await type('mend-all')).toBe('I know no skill “mend-all”. There are: monitor-slurm, navigate-repo.');
  const text = await type('navigate-repo', null);
  expect(text).toContain('has no key for one: nothing was started, and nothing is lost');
  expect(text).toContain('ANTHROPIC_API_KEY');
  expect(await readSessions()).toEqual([]);
});

it('works on the run that is named, else on the newest of this person here; outside of any run it says so', async () => {
  expect(await type('navigate-repo')).toContain('There is none in this channel yet; `/hpc reproduce <repo-url>` begins one.');
  await runs.apply(runId, makeRequest());
  expect(await type('navigate-repo running what', 'key', ben)).toContain('none of yours is in this channel. Here are: `rtestrun`');
  expect(await type('navigate-repo r2d2xyz')).toContain('I know no run “r2d2xyz”');
  expect(await type('navigate-repo results of what?')).toBe('`navigate-repo` works in the thread of run `rtestrun` (karpathy/minGPT) now.');
  expect(await readSessions()).toEqual([{ skill: 'navigate-repo', by: ada, task: expect.stringContaining('results of what?') as string }]);
  expect(await type(`monitor-slurm ${runId}`)).toContain('The agent works here already (navigate-repo; “stop” as a reply ends it).');
});

it('in a thread a reply calls a skill, and “stop” ends it alone; words that name no skill are kept and answered', async () => {
  await runs.apply(runId, makeRequest());
  const context = makeContext('key');
  const reply = (ts: string, text: string) => hearReply(context, runId, { user: ben, channel: research, text, ts, threadTs: '1' });
  await reply('10.1', 'skill issue, I think');
  expect(told).toEqual(['I know no skill “issue”. There are: monitor-slurm, navigate-repo.']);
  await reply('10.2', 'Skill navigate-repo: which command?');
  await reply('10.2', 'Skill navigate-repo: which command?');
  await reply('10.3', 'stop');
  const state = await runs.load(runId);
  expect(state?.notes.map((note) => note.text)).toEqual(['skill issue, I think']);
  expect(state?.agents).toMatchObject([{ skill: 'navigate-repo', by: ben, end: { as: 'stopped' } }]);
  expect(state?.agents[0]?.task).toContain(': which command?');
  expect([state?.cancel, state?.verdict]).toEqual([null, null]);
  await reply('10.4', 'stop');
  expect((await runs.load(runId))?.cancel).not.toBeNull();
});

it('in the thread of watched jobs it calls what reads, by command and by reply, and says why it calls nothing else', async () => {
  const items = [{ token: 'watch-w1', jobId: '77', shape: 'single' as const, name: 'vit', partition: 'gpu', submittedAt: 0 }];
  const target = { kind: 'job' as const, id: '77' };
  const { at } = makeRequest();
  await runs.apply(runId, { kind: 'watch', id: 'slash:w', at, runId, by: ada, channel: research, site: 'lab', target, items });
  expect(await type('navigate-repo')).toContain('There is none in this channel yet');
  expect(await type(`navigate-repo ${runId}`)).toContain('works on a repository, and this thread watches jobs');
  const context = makeContext('key');
  await hearReply(context, runId, { user: ben, channel: research, text: 'skill navigate-repo', ts: '10.1', threadTs: '1' });
  expect(told).toEqual([expect.stringContaining('Here `monitor-slurm` and `diagnose-failure` can be asked for') as string]);
  expect(await type('monitor-slurm is it stuck?')).toContain(`\`monitor-slurm\` works in the thread of run \`${runId}\``);
  await hearReply(context, runId, { user: ben, channel: research, text: 'stop', ts: '10.2', threadTs: '1' });
  await hearReply(context, runId, { user: ben, channel: research, text: 'skill monitor-slurm and now?', ts: '10.3', threadTs: '1' });
  const state = await runs.load(runId);
  expect(state?.agents).toMatchObject([
    { by: ada, end: { as: 'stopped' } },
    { by: ben, end: null },
  ]);
  expect([state?.cancel, state?.verdict]).toEqual([null, null]);
});

it('a yes that could be for the run or for the agent is for neither', async () => {
  await runs.apply(runId, makeRequest());
  const context = makeContext('key');
  for (const ts of ['10.1', '10.2']) {
    const state = await runs.load(runId);
    if (state === null) throw new Error('no run');
    const waits = { ...state, agents: [{ aside: true, status: 'waiting', waitsFor: 'limit:turns' }], approvals: [{ settled: null }] };
    const ambiguous = {
      ...context,
      runs: { load: () => Promise.resolve(waits), apply: () => Promise.reject(new Error('applied')) },
    };
    await hearReply(ambiguous as never, runId, { user: ben, channel: research, text: ts === '10.1' ? 'go on' : 'no', ts, threadTs: '1' });
  }
  expect(told).toHaveLength(2);
  expect(told[0]).toContain('Answer the question with its buttons');
});
