import type { WebClient } from '@slack/web-api';
import type { SlackStandIn } from '../../../src/stand-ins/slack/server.ts';
import { connectWebClient, openRawSocket, type RawSocket } from '../../stand-ins/slack/harness.ts';

export interface AcknowledgingApp {
  readonly raw: RawSocket;
  readonly web: WebClient;
  /** The newest payload of a type of envelope. */
  last: (type: string) => unknown;
}

/** An app that acknowledges everything and does nothing: what it may do with what it received is what the tests ask. */
export async function startApp(slack: SlackStandIn): Promise<AcknowledgingApp> {
  const raw = await openRawSocket(slack);
  raw.socket.on('message', () => raw.ack(raw.frames.at(-1) ?? {}));
  return { raw, web: connectWebClient(slack), last: (type) => raw.frames.findLast((frame) => frame.type === type)?.['payload'] };
}
