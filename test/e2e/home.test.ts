/** A budget, its question and its answer, the ledger and the Home tab, with the real app and worker; the money was spent before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsoleMessage } from '../../src/embedded/console-client.ts';
import { findButton } from '../../src/embedded/draw-message.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { goodEngineer } from '../../src/stand-ins/model/players/good-engineer.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';
import type { FileView } from '../../src/stand-ins/slack/page-api.ts';
import { ask, finish, turn } from '../core/ledger/journals.ts';
import { ada, ben, chen, research, Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';
import { makeRepo } from './repos.ts';

let stack: Stack;
let person: Person;
let model: ModelStandIn;

beforeAll(async () => {
  model = await startModelStandIn({ player: goodEngineer });
  stack = await Stack.start({ env: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: model.url } });
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
  await model?.close();
});

/** A run that has cost something and is over. */
async function spend(run: string, dollars: number): Promise<void> {
  const at = Date.now() - 1_000;
  const events = [ask(run, { by: ada, channel: research, site: 'local', at }), turn(at, 'claude-opus-5-5', 1_000, dollars), finish(at)];
  await createRedisJournal(stack.redis).append({ runId: run, expectedVersion: 0, events, commandId: null, active: false, thread: null });
}

/** What stands in a person's Home, once it holds the words. */
const awaitHome = (user: string, words: string): Promise<string> =>
  until(`“${words}” in the Home of ${user}`, async () => {
    const text = JSON.stringify((await person.look(user)).home?.blocks ?? '');
    return text.includes(words) ? text : null;
  });

/** The message about a level, with the words in it. */
const awaitNotice = (words: string) =>
  until(`a message with “${words}”`, async () => {
    const answer = await fetch(`${stack.url}control/messages?user=${ada}&channel=${research}&limit=200`);
    const { messages } = (await answer.json()) as { messages: ConsoleMessage[] };
    return messages.find((message) => JSON.stringify(message).includes(words));
  });

test('a budget warns, asks and is answered; cost, CSV and Home say the same', async () => {
  await spend('rspent001', 8.5);
  await person.client.post('home', { user: ada });
  await awaitHome(ada, 'No budget is set');
  expect(await person.type('budget set $10 week', ben)).toContain('approver');
  expect(await person.type('budget set $10 week', chen)).toContain('$8.50 of $10.00 this week');
  await awaitNotice('80 % of the budget for models is used');
  await spend('rspent002', 3.25);
  expect(await person.type('budget', ben)).toContain('$11.75 of $10.00 this week* (117 %)');
  await person.type('budget set $10 week', chen);
  const notice = await awaitNotice('The budget for models is used up');
  await person.client.post('home', { user: chen });
  await awaitHome(chen, 'A budget is used up');

  // A runner may not answer; an approver may, and the message says so.
  const press = (user: string, action: string) => {
    const button = findButton(notice, action);
    if (button === null) throw new Error(`no button ${action}`);
    const { blockId: block_id, actionId: action_id, value } = button;
    return person.client.post('action', { user, channel: research, message_ts: notice.ts, block_id, action_id, value });
  };
  const refused = await person.hearPrivately(ben, () => press(ben, 'run.budget-stop'), { threadTs: notice.ts });
  expect(refused).toContain('approver');
  // Ada answers in her Home while Chen does in the channel: one of them is first, the other hears it.
  await awaitHome(ada, 'Go on for a day');
  expect(await Promise.all([person.pressInHome(ada, 'run.budget-day'), press(chen, 'run.budget-day')])).toMatchObject(['acked', {}]);
  const answered = await awaitNotice('said: go on until');
  expect(answered.ts).toBe(notice.ts);
  expect(await person.type('budget', ben)).toContain('lets it go on until');
  const facts = await createProjectStore(stack.redis, 'reprobot').list(research);
  const answers = facts.filter((fact) => fact.type === 'budget.answered');
  expect(answers).toMatchObject([{ goOn: true }]);
  await until('the second to hear who was first', async () => {
    const inHome = JSON.stringify((await person.look(ada)).modals);
    const told = [...person.heard.filter((one) => one.ephemeral_for === chen).map(({ text }) => text), inHome];
    return told.some((text) => text.includes(`<@${answers[0]?.by ?? ''}> was first: go on`));
  });

  const cost = await person.type('cost day by run csv', ben);
  expect(cost).toContain('rspent001');
  expect(cost).toContain('11.750');
  const file = await until('the CSV in the direct messages', async () => {
    const answer = await fetch(`${stack.url}control/messages?user=${ben}&channel=DBEN0000002&limit=10`);
    const { messages } = (await answer.json()) as { messages: ConsoleMessage[] };
    return messages.flatMap((message) => message.files as FileView[]).at(0);
  });
  const csv = await (await fetch(new URL(file.path, stack.url))).text();
  expect(csv.split('\r\n').map((line) => line.split(',')[7])).toEqual(['run', 'rspent001', 'rspent002', undefined]);
});

const BROKEN = `import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--steps", type=int, default=4000)
args = parser.parse_args()
names = ["loss"]
for step in range(1, args.steps + 1):
    print(f"step {step}/{args.steps} {names[1]} 0.5", flush=True)
`;

test('without money the rules go on alone and say so; Home follows the run from its question to its failure', async () => {
  await person.type('budget set $1 week', chen);
  await awaitNotice('$11.75 of $1.00 this week');
  const files = { 'train.py': BROKEN, 'README.md': '# broken\n\n    python train.py\n' };
  const runId = await person.reproduce(await makeRepo(stack.folder, 'broken', files));
  await person.slot(runId, 'approval:1');
  expect(await awaitHome(ada, 'Build the environment on local')).toContain('Waiting for you (2)');
  await person.approve(runId, 1, chen);
  await person.approve(runId, 2, chen);
  const state = await person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'NOT READY' });
  expect(state.verdict?.reason).toContain('no model was asked, because the project’s budget is used up ($11.75 of $1.00 this week)');
  expect(model.calls).toEqual([]);
  const home = await awaitHome(ada, 'Failures of the last week');
  expect(home).toMatch(/NOT READY – <https?:[^|>]+\|broken>/);
});
