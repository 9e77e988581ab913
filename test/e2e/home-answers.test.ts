/** Questions answered in the Home tab, with the real app and worker: who may, what is seen first, and who was first. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findButton } from '../../src/embedded/draw-message.ts';
import { ada, ben, chen, until } from '../support/stack.ts';
import { type Home } from './person.ts';
import { makeRepo, trainScript } from './repos.ts';
import { useStack } from './use-stack.ts';

const used = useStack();

/** The Home of a used.person, once it fits. */
const awaitHome = (user: string, what: string, fits: (text: string, home: Home) => boolean): Promise<Home> =>
  until(`${what} in the Home of ${user}`, async () => {
    const { home } = await used.person.look(user);
    return home !== null && fits(JSON.stringify(home.blocks), home) ? home : null;
  });

const awaitModal = (user: string, words: string): Promise<{ id: string; text: string }> =>
  until(`a modal with “${words}”`, async () => {
    const { modals } = await used.person.look(user);
    const found = modals.find(({ view }) => JSON.stringify(view).includes(words));
    return found === undefined ? null : { id: found.id, text: JSON.stringify(found.view) };
  });

async function closeModals(user: string): Promise<void> {
  for (const { id } of (await used.person.look(user)).modals) await used.person.client.post('view/close', { user, view_id: id });
}

/** A training whose command line is longer than what is read at a glance. */
async function makeLong(): Promise<string> {
  const note = 'the-same-words-again-and-again-'.repeat(6);
  const script = trainScript().replace('    args = parser', '    parser.add_argument("--note", default="")\n    args = parser');
  return makeRepo(used.stack.folder, 'long-line', {
    'train.py': script,
    'README.md': `# long\n\n    python train.py --note ${note}\n`,
  });
}

test('a question is approved in the Home tab once, and whoever comes second hears who was first', async () => {
  const runId = await used.person.reproduce(await makeLong(), '', ben);
  await used.person.slot(runId, 'approval:1');
  for (const user of [ada, ben, chen]) await used.person.client.post('home', { user });
  const asked = (text: string, home: Home): boolean => text.includes('Build the environment') && findButton(home, 'run.approve') !== null;
  await Promise.all([ada, chen].map((user) => awaitHome(user, 'a question', asked)));
  // A runner, who may not answer, sees the run and no question.
  const { blocks } = await awaitHome(ben, 'the run', (text) => text.includes('long-line'));
  expect(findButton({ blocks }, 'run.approve')).toBeNull();

  expect(await Promise.all([used.person.pressInHome(ada, 'run.approve'), used.person.pressInHome(chen, 'run.approve')])).toEqual([
    'acked',
    'acked',
  ]);
  const { settled } = (await used.person.state(runId)).approvals[0] ?? {};
  expect(settled).toMatchObject({ as: 'granted', via: 'button' });
  const [first, second] = settled?.by === ada ? [ada, chen] : [chen, ada];
  expect((await awaitModal(second, 'already')).text).toContain(`Question 1 was granted by <@${first}> already.`);
  expect((await used.person.look(first)).modals).toEqual([]);
  await closeModals(second);
  // The thread says it, too, and the journal keeps it for good.
  await used.person.slot(runId, 'approval:1', (message) => JSON.stringify(message.blocks).includes(`Approved by <@${first}>`));
  const granted = (await used.person.journal.read(runId, 0)).filter(({ type }) => type === 'approval.granted');
  expect(granted).toMatchObject([{ id: 1, by: first, via: 'button' }]);

  // The next one is too long for a glance: it is looked at, and approved there.
  const long = (text: string, home: Home): boolean => text.includes('Run the sample') && findButton(home, 'run.look') !== null;
  const homes = await Promise.all([ada, chen].map((user) => awaitHome(user, 'the long question', long)));
  for (const home of homes) expect(findButton(home, 'run.approve')).toBeNull();
  await used.person.pressInHome(ada, 'run.look');
  await used.person.pressInHome(chen, 'run.look');
  const [mine, other] = [await awaitModal(ada, 'again-and-again'), await awaitModal(chen, 'again-and-again')];
  const { digest = '' } = (await used.person.state(runId)).approvals[1] ?? {};
  expect(mine.text).toContain(digest);
  expect((await used.person.state(runId)).approvals[1]?.settled).toBeNull();
  await used.person.client.post('view/submit', { user: chen, view_id: other.id, values: {} });
  await used.person.client.post('view/submit', { user: ada, view_id: mine.id, values: {} });
  expect((await awaitModal(ada, 'already')).text).toContain(`Question 2 was granted by <@${chen}> already.`);
  const state = await used.person.awaitVerdict(runId);
  expect(state.verdict).toMatchObject({ as: 'READY' });
  expect(state.approvals[1]?.settled).toMatchObject({ as: 'granted', by: chen, via: 'button' });
  await awaitHome(chen, 'nothing', (text) => text.includes('Nothing. Nobody waits for an answer of yours.'));
  await closeModals(ada);
});

test('a no in the Home tab takes its reason', async () => {
  const runId = await used.person.reproduce(await makeLong());
  await used.person.slot(runId, 'approval:1');
  await awaitHome(chen, 'a question', (_text, home) => findButton(home, 'run.reject') !== null);
  await used.person.pressInHome(chen, 'run.reject');
  const modal = await awaitModal(chen, 'The run remembers it');
  const values = { reason: { reason: { type: 'plain_text_input', value: 'the queue is full' } } };
  await used.person.client.post('view/submit', { user: chen, view_id: modal.id, values });
  expect((await used.person.awaitVerdict(runId)).verdict).toMatchObject({ as: 'NOT READY' });
  expect((await used.person.state(runId)).approvals[0]?.settled).toMatchObject({ as: 'rejected', by: chen, reason: 'the queue is full' });
  await used.person.slot(runId, 'approval:1', (message) => JSON.stringify(message.blocks).includes('Rejected by'));
});

test('somebody who has lost the right meanwhile is refused, and that is written down', async () => {
  const runId = await used.person.reproduce(await makeLong());
  await used.person.slot(runId, 'approval:1');
  await awaitHome(chen, 'a question', (_text, home) => findButton(home, 'run.approve') !== null);
  await used.stack.stopPart('app');
  const file = join(used.stack.folder, 'reprobot.yaml');
  const settings = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...settings, access: { admin: { users: [ada] } } }));
  await used.stack.startPart('app');
  await used.person.pressInHome(chen, 'run.approve');
  expect((await awaitModal(chen, 'list')).text).toContain('approver');
  const events = await used.person.journal.read(runId, 0);
  expect(events.filter(({ type }) => type === 'access.refused')).toMatchObject([{ by: chen, what: 'approve question 1' }]);
  expect((await used.person.state(runId)).approvals[0]?.settled).toBeNull();
});
