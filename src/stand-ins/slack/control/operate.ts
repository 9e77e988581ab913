import { z } from 'zod';
import type { Context } from '../context.ts';
import { faultKinds } from '../faults.ts';
import { showChannel } from '../messages.ts';
import type { Fault } from '../page-api.ts';
import { completeChannel, completeUser, type Seed } from '../seed.ts';
import { ControlError, type ControlRequest, type ControlRoutes, readField } from './route.ts';

const faultSchema = z.strictObject({
  kind: z.enum(faultKinds as [Fault['kind'], ...Fault['kind'][]]),
  method: z.string().optional(),
  channel: z.string().optional(),
  times: z.int().positive().optional(),
  status: z.int().min(400).max(599).optional(),
  error: z.string().optional(),
  retry_after: z.number().positive().optional(),
  ms: z.number().nonnegative().optional(),
});

const socketReasons = z.enum(['refresh_requested', 'warning', 'drop', 'link_disabled']);

const named = z.looseObject({ id: z.string().min(2), name: z.string().min(1) });
const seedSchema = z.looseObject({ users: z.array(named).optional(), channels: z.array(named).optional() });

function addFault(ctx: Context, request: ControlRequest): object {
  const parsed = faultSchema.safeParse(request.fields);
  if (!parsed.success) throw new ControlError('invalid_fault', 400, z.prettifyError(parsed.error));
  ctx.faults.add(parsed.data as Fault);
  return {};
}

function addSeed(ctx: Context, request: ControlRequest): object {
  const parsed = seedSchema.safeParse(request.fields);
  if (!parsed.success) throw new ControlError('invalid_seed', 400, z.prettifyError(parsed.error));
  const { users = [], channels = [] } = parsed.data as Seed;
  const { data } = ctx.store;
  for (const user of users) {
    data.users = [...data.users.filter((one) => one.id !== user.id), completeUser({ ...ctx.store.user(user.id), ...user })];
    ctx.store.openDirect(user.id);
  }
  for (const channel of channels) {
    const full = completeChannel({ ...ctx.store.channel(channel.id), ...channel }, ctx.clock.now());
    data.channels = [...data.channels.filter((one) => one.id !== channel.id), full];
    showChannel(ctx, full);
  }
  ctx.store.touch();
  return {};
}

export const operateRoutes: ControlRoutes = {
  'GET /traffic': (ctx, request) => ({
    entries: ctx.traffic.list(Number(readField(request, 'since') ?? 0) || 0, Number(readField(request, 'limit') ?? 200) || 200),
  }),
  'POST /faults': addFault,
  'GET /faults': (ctx) => ({ faults: ctx.faults.list() }),
  'DELETE /faults': (ctx) => {
    ctx.faults.clear();
    return {};
  },
  'GET /limits': (ctx) => ({ refusals: ctx.limits.refusals() }),
  'POST /sockets': (ctx, request) => {
    const reason = socketReasons.safeParse(request.fields['reason']);
    if (!reason.success) throw new ControlError('invalid_reason', 400, z.prettifyError(reason.error));
    return { sockets: ctx.sockets.disconnectAll(reason.data) };
  },
  'POST /seed': addSeed,
  'POST /reset': (ctx) => {
    ctx.reset();
    return {};
  },
  'GET /snapshot': (ctx) => ({ workspace: ctx.store.data }),
  'GET /credentials': (ctx) => {
    if (!ctx.exposeCredentials) throw new ControlError('not_exposed', 403, 'The stand-in was started without exposeCredentials.');
    return { ...ctx.credentials, apiUrl: `${ctx.url}/api/` };
  },
};
