import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from '../../shared/http.ts';
import type { Context } from '../context.ts';
import { readForm } from '../http.ts';
import { interactRoutes } from './interact.ts';
import { operateRoutes } from './operate.ts';
import { peopleRoutes } from './people.ts';
import { ControlError, type ControlRoutes } from './route.ts';
import { workspaceRoutes } from './workspace.ts';

const routes: ControlRoutes = { ...workspaceRoutes, ...peopleRoutes, ...interactRoutes, ...operateRoutes };

/** Answers one call of the control API; `path` is what follows /control. */
export async function handleControl(
  ctx: Context,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const handler = routes[`${request.method ?? 'GET'} ${path}`];
  const body = await readBody(request);
  try {
    if (handler === undefined) throw new ControlError('unknown_path', 404, path);
    const form = await readForm(request.headers['content-type'] ?? 'application/json', body);
    if (form.problem !== undefined) throw new ControlError(form.problem);
    const fields = { ...Object.fromEntries(query), ...form.fields };
    sendJson(response, 200, { ok: true, ...(await handler(ctx, { fields, files: form.files })) });
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    sendJson(response, error.status, { ok: false, error: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) });
  }
}
