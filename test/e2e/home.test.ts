/** A budget, its question and its answer, the ledger and the Home tab, with the real app and worker; the money was spent before. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsoleMessage } from '../../src/embedded/console-client.ts';
import { findButton } from '../../src/embedded/draw-message.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import type { FileView } from '../../src/stand-ins/slack/page-api.ts';
import { ask, finish, turn } from '../core/ledger/journals.ts';
import { ada, ben, chen, research, Stack, until } from '../support/stack.ts';
import { Person } from './person.ts';

let stack: Stack;
let person: Person;

beforeAll(async () => {
  stack = await Stack.start();
  person = new Person(stack);
});
afterAll(async () => {
  await person?.close();
  await stack?.stop();
});

/** A run that has cost something and is over. */
async function spend(run: string, dollars: number): Promise<void> {
  const at = Date.now() - 1_000;
  const events = [ask(run, { by: ada, channel: research, site: 'local', at }), turn(at, 'claude-opus-5-5', 1_000, dollars), finish(at)];
  await createRedisJournal(stack.redis).append({ runId: run, expectedVersion: 0, events, commandId: null, active: false, thread: null });
}

interface Home {
  readonly id: string;
  readonly blocks: readonly object[];
}
async function readHome(user: string): Promise<Home | null> {
  const answer = await fetch(`${stack.url}control/state?user=${user}`);
  return ((await answer.json()) as { home: Home | null }).home;
}

/** What stands in a person's Home, once it holds the words. */
const awaitHome = (user: string, words: string): Promise<string> =>
  until(`“${words}” in the Home of ${user}`, async () => {
    const text = JSON.stringify((await readHome(user))?.blocks ?? '');
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
  await press(chen, 'run.budget-day');
  const answered = await awaitNotice('said: go on until');
  expect(answered.ts).toBe(notice.ts);
  expect(await person.type('budget', ben)).toContain('lets it go on until');
  const facts = await createProjectStore(stack.redis, 'reprobot').list(research);
  expect(facts.filter((fact) => fact.type === 'budget.answered')).toMatchObject([{ by: chen, goOn: true }]);

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

test('Home follows a run of mine to the question that it waits for', async () => {
  await person.client.post('home', { user: ada });
  const runId = await person.reproduce('./nowhere-at-all');
  await person.awaitVerdict(runId);
  const home = await awaitHome(ada, 'Failures of the last week');
  expect(home).toContain('nowhere-at-all');
  expect(home).toMatch(/<https?:[^|>]+\|[^>]*nowhere-at-all/);
});
