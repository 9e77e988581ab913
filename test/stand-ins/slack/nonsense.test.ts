import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { SlackStandIn } from '../../../src/stand-ins/slack/server.ts';
import fc from '../../support/properties.ts';
import { connectWebClient, controlOf, ids, startSlack } from './harness.ts';

const methods = [
  'chat.postMessage',
  'chat.update',
  'chat.delete',
  'chat.postEphemeral',
  'chat.getPermalink',
  'conversations.history',
  'conversations.replies',
  'conversations.info',
  'conversations.members',
  'conversations.list',
  'conversations.open',
  'conversations.join',
  'users.info',
  'users.list',
  'usergroups.list',
  'usergroups.users.list',
  'reactions.add',
  'reactions.remove',
  'reactions.get',
  'views.open',
  'views.push',
  'views.update',
  'views.publish',
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
  'files.info',
  'files.delete',
  'pins.add',
  'bookmarks.add',
];

const routes = [
  '/slash',
  '/messages',
  '/messages/edit',
  '/messages/delete',
  '/reactions',
  '/action',
  '/shortcut',
  '/view/submit',
  '/view/close',
  '/home',
  '/read',
  '/faults',
  '/sockets',
];

const words = fc.constantFrom<unknown>(
  ids.research,
  ids.ada,
  ids.random,
  'DADA0000001',
  '1.000000',
  'eyes',
  'link',
  '',
  'x',
  'true',
  '-1',
  '999999999999',
  null,
);
const block = fc.oneof(
  fc.record({
    type: fc.constantFrom('section', 'actions', 'input', 'context', 'rich_text', 'table', 'image'),
    text: fc.anything(),
    elements: fc.anything(),
    element: fc.anything(),
    rows: fc.anything(),
  }),
  fc.anything(),
);
const value = fc.oneof(
  words,
  fc.jsonValue(),
  fc.array(block, { maxLength: 3 }),
  fc.record({ type: fc.constantFrom('modal', 'home'), title: fc.anything(), blocks: fc.array(block, { maxLength: 2 }) }),
);
const names = [
  'channel',
  'channel_id',
  'user',
  'users',
  'user_id',
  'text',
  'blocks',
  'attachments',
  'metadata',
  'ts',
  'timestamp',
  'message_ts',
  'thread_ts',
  'name',
  'view',
  'view_id',
  'trigger_id',
  'files',
  'file',
  'filename',
  'length',
  'limit',
  'cursor',
  'oldest',
  'title',
  'type',
  'link',
  'usergroup',
  'command',
  'block_id',
  'action_id',
  'value',
  'selected',
  'state',
  'values',
  'callback_id',
  'kind',
  'reason',
];
const args = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 });

async function call(slack: SlackStandIn, method: string, body: object): Promise<{ status: number; answer: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${slack.credentials.botToken}`, 'content-type': 'application/json' };
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('nonsense', () => {
  it('never makes the Web API stumble', async () => {
    const slack = await startSlack({ limits: false });
    const property = fc.asyncProperty(fc.constantFrom(...methods), args, async (method, body) => {
      const { status, answer } = await call(slack, method, { channel: ids.research, user: ids.ada, text: 'x', ...body });
      expect({ status, ok: typeof answer['ok'], stumbled: answer['error'] === 'internal_error' }).toEqual({
        status: 200,
        ok: 'boolean',
        stumbled: false,
      });
    });
    await fc.assert(property, { numRuns: 600 });
    expect((await connectWebClient(slack).auth.test()).ok).toBe(true);
  });

  it('never makes the control API stumble', async () => {
    const slack = await startSlack({ limits: false, timings: { ackTimeout: 1 } });
    const control = controlOf(slack);
    const property = fc.asyncProperty(fc.constantFrom(...routes), args, async (route, body) => {
      const answer = await control.post(route, { user: ids.ada, channel: ids.research, ...body });
      expect({ ok: typeof answer['ok'], stumbled: answer['error'] === 'internal_error' }).toEqual({ ok: 'boolean', stumbled: false });
    });
    await fc.assert(property, { numRuns: 600 });
    expect(await control.get('/state')).toMatchObject({ ok: true });
  });

  it.each([
    ['a request without an address', 'GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '400'],
    ['an upgrade without an address', 'GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', '403'],
    ['an upgrade to nowhere', 'GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', '403'],
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
  ])('%s is answered, and the server lives on', async (_name, bytes, status) => {
    const slack = await startSlack();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(slack.url).port), '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString('utf8')));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect((await connectWebClient(slack).auth.test()).ok).toBe(true);
  });
});
