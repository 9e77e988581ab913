import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import type { Context } from '../context.ts';
import type { Account } from '../state.ts';

/** An answer that sends the caller elsewhere. */
export class Redirect {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }
}

export interface Call {
  readonly ctx: Context;
  readonly account: Account;
  readonly body: unknown;
}

/** One method of the API. */
export type Method = (call: Call) => object | Promise<object>;

/** A method that reads its request by a schema; what does not fit is answered with 400. */
export function defineMethod<T>(schema: z.ZodType<T>, run: (request: T, call: Call) => object | Promise<object>): Method {
  return (call) => {
    const parsed = schema.safeParse(call.body);
    if (parsed.success) return run(parsed.data, call);
    const issue = parsed.error.issues[0];
    throw new ApiError(400, `Invalid request: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  };
}

/** Old clients copy booleans from their metadata as words. */
export const Flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

/** Numbers come as text in a query or a form. */
export const Count = z.coerce.number().int();

/** One page of a list and the token of the next. Page sizes are capped as on the real service. */
export function cutPage<T>(all: readonly T[], token: string | undefined, size: number | undefined, standard: number, most = 200) {
  const from = token === undefined || token === '' ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0) throw new ApiError(400, 'Invalid page token');
  const to = from + Math.min(size ?? standard, most);
  const next = to < all.length ? Buffer.from(String(to)).toString('base64url') : '';
  return { items: all.slice(from, to), nextPageToken: next, isFirst: from === 0 };
}

/** A duration as protobuf writes it. */
export function formatDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${seconds.toFixed(3)}s`;
}

/** A moment as the API writes it, with more digits than a clock has. */
export function formatTime(epoch: number): string {
  return new Date(epoch).toISOString().replace('Z', '0000Z');
}
