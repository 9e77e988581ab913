import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { isActive } from './sessions.ts';
import type { LogRecord, Session } from './state.ts';

/** The log as it is kept after the run: a JSON array with a record a line and the comma before it. */
export function renderLog(ctx: Context, records: readonly LogRecord[]): string {
  if (records.length === 0) return '';
  const text = `[${records.map((record) => JSON.stringify(record)).join('\n,')}\n]`;
  return ctx.faults.take('cut-log') === undefined ? text : text.slice(0, Math.max(1, text.length - 12));
}

/** Answers the live log: events while the run goes on, the kept log afterwards. A new connection begins at the start. */
export async function streamLog(ctx: Context, response: ServerResponse, session: Session): Promise<void> {
  if (!isActive(session)) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    return void response.end(renderLog(ctx, session.log));
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  const cut = ctx.faults.take('cut-stream');
  let sent = 0;
  for (;;) {
    const more = isActive(session);
    while (sent < session.log.length) {
      if (cut !== undefined && sent >= cut.records) return void response.destroy();
      await write(response, JSON.stringify(session.log[sent]));
      sent += 1;
    }
    if (response.destroyed) return;
    if (!more) break;
    await sleep(20);
  }
  await write(response, 'END_OF_LOG');
  response.end();
}

async function write(response: ServerResponse, data: string): Promise<void> {
  await new Promise<void>((resolve) => response.write(`data: ${data}\n\n`, () => resolve()));
}
