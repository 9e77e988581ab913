/**
 * @typedef {import('../page-api.ts').WorkspaceView} WorkspaceView
 * @typedef {import('../page-api.ts').MessageView} MessageView
 * @typedef {import('../page-api.ts').DeliveryOutcome} DeliveryOutcome
 * @typedef {import('../page-api.ts').LiveEvent} LiveEvent
 * @typedef {import('../page-api.ts').TrafficEntry} TrafficEntry
 * @typedef {import('../page-api.ts').Fault} Fault
 */

/** What the server said when it refused; `code` is its word, the message is for people. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} [detail]
   */
  constructor(code, detail) {
    super(detail ? `${code}: ${detail}` : code);
    this.code = code;
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function request(method, path, body) {
  const isForm = body instanceof FormData;
  /** @type {RequestInit} */
  const options = { method };
  if (isForm) options.body = body;
  else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'content-type': 'application/json' };
  }
  let response;
  try {
    response = await fetch(`/control${path}`, options);
  } catch {
    throw new ApiError('offline', 'the console server does not answer. It is tried again by itself');
  }
  const answer = await response.json().catch(() => ({ ok: false, error: `http ${response.status}` }));
  if (!answer.ok) throw new ApiError(answer.error ?? `http ${response.status}`, answer.detail);
  return answer;
}

/** @param {Record<string, string | number | undefined>} values */
function toQuery(values) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== '') query.set(name, String(value));
  return query.toString();
}

/** @param {string} [user] @returns {Promise<WorkspaceView>} */
export const getState = (user) => request('GET', `/state?${toQuery({ user })}`);

/**
 * @param {{user: string, channel: string, thread_ts?: string | undefined, before?: string | undefined, limit?: number}} query
 * @returns {Promise<{messages: MessageView[], has_more: boolean}>}
 */
export const getMessages = (query) => request('GET', `/messages?${toQuery(query)}`);

/** @param {string} channel @param {string} ts @returns {Promise<{path: string}>} */
export const getPermalink = (channel, ts) => request('GET', `/permalink?${toQuery({ channel, ts })}`);

/** @param {{user: string, channel: string, command: string, text: string}} body @returns {Promise<{outcome: DeliveryOutcome}>} */
export const sendSlash = (body) => request('POST', '/slash', body);

/** @param {{user: string, channel: string, text: string, thread_ts?: string | undefined, broadcast?: boolean | undefined}} body @returns {Promise<{ts: string}>} */
export const sendMessage = (body) => request('POST', '/messages', body);

/** @param {{user: string, channel: string, ts: string, text: string}} body */
export const editMessage = (body) => request('POST', '/messages/edit', body);

/** @param {{user: string, channel: string, ts: string}} body */
export const deleteMessage = (body) => request('POST', '/messages/delete', body);

/** @param {{user: string, channel: string, ts: string, name: string, remove?: boolean}} body */
export const setReaction = (body) => request('POST', '/reactions', body);

/**
 * @param {{user: string, channel: string, thread_ts?: string | undefined, comment?: string | undefined, file: File}} upload
 * @returns {Promise<{file_id: string, ts: string}>}
 */
export function uploadFile({ file, ...fields }) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.set(name, value);
  // Text fields go first, so that the server knows where a file belongs before it reads it.
  form.set('file', file, file.name);
  return request('POST', '/upload', form);
}

/**
 * @param {{user: string, channel?: string | undefined, message_ts?: string | undefined, view_id?: string | undefined, block_id: string, action_id: string, value?: unknown, selected?: unknown, state?: unknown}} body
 * @returns {Promise<{outcome: DeliveryOutcome}>}
 */
export const sendAction = (body) => request('POST', '/action', body);

/**
 * @param {{user: string, view_id: string, values: Record<string, Record<string, unknown>>}} body
 * @returns {Promise<{outcome: DeliveryOutcome, errors?: Record<string, string>}>}
 */
export const submitView = (body) => request('POST', '/view/submit', body);

/** @param {{user: string, view_id: string, cleared?: boolean}} body */
export const closeView = (body) => request('POST', '/view/close', body);

/** @param {string} user */
export const openHome = (user) => request('POST', '/home', { user });

/** @param {{user: string, channel: string, ts: string}} body */
export const markRead = (body) => request('POST', '/read', body);

/** @param {number} since @returns {Promise<{entries: TrafficEntry[]}>} */
export const getTraffic = (since) => request('GET', `/traffic?${toQuery({ since, limit: 200 })}`);

/** @param {Fault} fault */
export const addFault = (fault) => request('POST', '/faults', fault);

/** @returns {Promise<{faults?: Fault[]}>} */
export const getFaults = () => request('GET', '/faults');

export const clearFaults = () => request('DELETE', '/faults');

/** @param {'refresh_requested' | 'warning' | 'drop' | 'link_disabled'} reason */
export const disturbSockets = (reason) => request('POST', '/sockets', { reason });

/**
 * Listens to the server for as long as the page lives. Reconnects by itself, quickly first and then every five seconds.
 * @param {(event: LiveEvent) => void} onEvent
 * @param {(connected: boolean, again: boolean) => void} onConnection `again` is true when earlier events may have been missed
 */
export function listenLive(onEvent, onConnection) {
  let attempts = 0;
  let everOpen = false;
  const connect = () => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/control/live`);
    socket.addEventListener('open', () => {
      attempts = 0;
      onConnection(true, everOpen);
      everOpen = true;
    });
    socket.addEventListener('message', (frame) => onEvent(JSON.parse(String(frame.data))));
    socket.addEventListener('close', () => {
      onConnection(false, everOpen);
      attempts += 1;
      setTimeout(connect, Math.min(5000, 200 * 2 ** attempts));
    });
  };
  connect();
}
