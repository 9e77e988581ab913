import type { WebClient } from '@slack/web-api';
import type { ThreadOwner } from './thread-store.ts';

interface FoundMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: unknown };
  readonly files?: readonly { readonly id?: string; readonly title?: string }[];
}

/** Time stamp of the message that carries this slot of this run, or null. Looks in the thread, or for the root in the channel. */
export async function findPostedSlot(
  client: WebClient,
  channel: string,
  root: string | null,
  state: Pick<ThreadOwner, 'id' | 'request'>,
  slot: string,
): Promise<string | null> {
  const messages =
    slot === 'status' ? readChannel(client, channel, state.request.at) : root === null ? [] : readThread(client, channel, root);
  for await (const message of messages) {
    const payload = message.metadata?.event_payload;
    if (typeof payload !== 'object' || payload === null || !('run' in payload) || !('slot' in payload)) continue;
    if (payload.run === state.id && payload.slot === slot) return message.ts ?? null;
  }
  return null;
}

/** Id of the file with this title in the thread, or null. */
export async function findPostedFile(client: WebClient, channel: string, root: string, title: string): Promise<string | null> {
  for await (const message of readThread(client, channel, root)) {
    const file = message.files?.find((item) => item.title === title);
    if (file?.id !== undefined) return file.id;
  }
  return null;
}

interface Page {
  readonly messages?: readonly FoundMessage[] | undefined;
  readonly response_metadata?: { readonly next_cursor?: string };
}

function readThread(client: WebClient, channel: string, root: string): AsyncGenerator<FoundMessage> {
  return readPages((cursor) => client.conversations.replies({ channel, ts: root, limit: 200, include_all_metadata: true, ...cursor }));
}

/** Messages of the channel since shortly before the run was asked for, newest first. */
function readChannel(client: WebClient, channel: string, since: number): AsyncGenerator<FoundMessage> {
  const oldest = String(since / 1000 - 120);
  return readPages((cursor) => client.conversations.history({ channel, oldest, limit: 200, include_all_metadata: true, ...cursor }));
}

async function* readPages(call: (cursor: { cursor?: string }) => Promise<Page>): AsyncGenerator<FoundMessage> {
  let next: string | undefined;
  do {
    const page = await call(next === undefined ? {} : { cursor: next });
    yield* page.messages ?? [];
    next = page.response_metadata?.next_cursor;
  } while (next !== undefined && next !== '');
}
