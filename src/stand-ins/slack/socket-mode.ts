import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Clock, Timings } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Dict } from './state.ts';
import type { Traffic } from './traffic.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

export interface SocketAnswer {
  readonly result: 'acked' | 'timeout' | 'no-socket';
  readonly payload?: unknown;
}

export interface SocketHubParts {
  readonly appId: () => string;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly faults: Faults;
  readonly traffic: Traffic;
  /** Called whenever the number of usable sockets changes. */
  readonly onCount: (count: number) => void;
}

const mostSockets = 10;
// Frames of this size and more vanish on the way to Slack (slack-go issue 1196).
const ackLimit = 20_480;
const closeGrace = 300;
// What a connection lives that was opened with debug_reconnects=true.
const debugLife = 360_000;

interface Connection {
  readonly socket: WebSocket;
  /** False once a disconnect frame was sent: it gets no more envelopes. */
  usable: boolean;
}

interface Pending {
  readonly type: string;
  readonly sent: number;
  readonly envelope: Dict;
  readonly settle: (answer: SocketAnswer) => void;
}

/** Slack's side of Socket Mode: hands out single-use addresses, greets, pings, gives each envelope to one socket and matches acknowledgements. */
export class SocketHub {
  readonly #parts: SocketHubParts;
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false, maxPayload: 16 * 1024 * 1024 });
  readonly #tickets = new Map<string, { debug: boolean }>();
  readonly #connections = new Set<Connection>();
  readonly #pending = new Map<string, Pending>();

  constructor(parts: SocketHubParts) {
    this.#parts = parts;
  }

  get count(): number {
    return [...this.#connections].filter((connection) => connection.usable).length;
  }

  /** A path and query that open one socket, once. */
  issuePath(): string {
    const ticket = randomBytes(18).toString('base64url');
    this.#tickets.set(ticket, { debug: false });
    return `/link/?ticket=${ticket}&app_id=${this.#parts.appId()}`;
  }

  /** Takes over an upgrade request of /link/. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, query: URLSearchParams): void {
    const ticket = query.get('ticket') ?? '';
    if (!this.#tickets.delete(ticket)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const life = query.get('debug_reconnects') === 'true' ? debugLife : this.#parts.timings.connectionLife;
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(webSocket, life));
  }

  #open(socket: WebSocket, life: number): void {
    const connection: Connection = { socket, usable: true };
    socket.on('error', () => socket.terminate());
    if (this.#connections.size >= mostSockets) {
      this.#sendFrame(socket, { type: 'disconnect', reason: 'too_many_websockets', debug_info: { host: 'stand-in' } });
      socket.close(1000);
      return;
    }
    this.#connections.add(connection);
    socket.on('close', () => {
      this.#connections.delete(connection);
      this.#parts.onCount(this.count);
    });
    socket.on('ping', (data) => {
      if (!this.#parts.faults.has('no-pong')) socket.pong(data);
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#sendFrame(socket, {
      type: 'hello',
      num_connections: this.#connections.size,
      debug_info: { host: 'stand-in', build_number: 1, approximate_connection_time: Math.round(life / 1000) },
      connection_info: { app_id: this.#parts.appId() },
    });
    void this.#keepAlive(connection);
    void this.#expire(connection, life);
    this.#parts.onCount(this.count);
  }

  async #keepAlive(connection: Connection): Promise<void> {
    while (await this.#parts.clock.wait(this.#parts.timings.serverPing)) {
      if (!this.#connections.has(connection)) return;
      if (!this.#parts.faults.has('no-server-ping')) connection.socket.ping();
    }
  }

  async #expire(connection: Connection, life: number): Promise<void> {
    const lead = Math.min(this.#parts.timings.warningLead, life);
    if (await this.#parts.clock.wait(life - lead)) await this.#warn(connection, lead);
  }

  async #warn(connection: Connection, lead: number): Promise<void> {
    this.#disconnect(connection, 'warning');
    if (await this.#parts.clock.wait(lead)) this.#disconnect(connection, 'refresh_requested');
  }

  // A warning leaves the socket open for the lead time; any other reason ends it soon after, whether or not the client closes.
  #disconnect(connection: Connection, reason: DisconnectReason): void {
    if (!this.#connections.has(connection)) return;
    if (reason !== 'warning' && connection.usable) {
      connection.usable = false;
      this.#parts.onCount(this.count);
    }
    this.#sendFrame(connection.socket, { type: 'disconnect', reason, debug_info: { host: 'stand-in' } });
    if (reason !== 'warning') void this.#parts.clock.wait(1_000).then(() => connection.socket.close(1000));
  }

  /** Tells every socket to go (or cuts them off without a word); returns how many there were. */
  disconnectAll(reason: DisconnectReason | 'drop'): number {
    const all = [...this.#connections];
    for (const connection of all) {
      if (reason === 'drop') connection.socket.terminate();
      else if (reason === 'warning') void this.#warn(connection, this.#parts.timings.warningLead);
      else this.#disconnect(connection, reason);
    }
    return all.length;
  }

  /** Gives an envelope to one socket and waits for its acknowledgement. `copies` sends the very same envelope more than once. */
  send(type: string, envelope: Dict, timeout: number, copies = 1): Promise<SocketAnswer> {
    const usable = [...this.#connections].filter((connection) => connection.usable);
    const chosen = usable[Math.floor(Math.random() * usable.length)];
    if (chosen === undefined || this.#parts.clock.stopped) return Promise.resolve({ result: 'no-socket' });
    const id = randomUUID();
    const frame = { envelope_id: id, type, ...envelope };
    return new Promise((resolve) => {
      const settle = (answer: SocketAnswer): void => {
        if (this.#pending.delete(id)) resolve(answer);
      };
      this.#pending.set(id, { type, sent: this.#parts.clock.now(), envelope: frame, settle });
      for (let copy = 0; copy < copies; copy += 1) this.#sendFrame(chosen.socket, frame);
      void this.#parts.clock.wait(timeout).then(() => settle({ result: 'timeout' }));
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    if (isBinary) return;
    if (bytes.length >= ackLimit) {
      this.#note('socket-in', 'ack', 'dropped: 20 480 bytes or more', null, { bytes: bytes.length });
      return;
    }
    const frame = parseFrame(bytes.toString('utf8'));
    const id = frame?.['envelope_id'];
    const pending = typeof id === 'string' ? this.#pending.get(id) : undefined;
    const milliseconds = pending === undefined ? null : Math.round(this.#parts.clock.now() - pending.sent);
    this.#note('socket-in', 'ack', pending === undefined ? 'unmatched' : 'matched', milliseconds, frame ?? bytes.toString('utf8'));
    pending?.settle({ result: 'acked', payload: frame?.['payload'] });
  }

  #sendFrame(socket: WebSocket, frame: Dict): void {
    socket.send(JSON.stringify(frame));
    this.#note(
      'socket-out',
      String(frame['type']),
      typeof frame['retry_attempt'] === 'number' ? `attempt ${frame['retry_attempt']}` : 'sent',
      null,
      frame,
    );
  }

  #note(direction: 'socket-in' | 'socket-out', name: string, status: string, milliseconds: number | null, request: unknown): void {
    this.#parts.traffic.note({ direction, name, status, milliseconds, request, response: null });
  }

  /** Forgets unused addresses and closes all sockets; those that do not answer in time are cut off. */
  async close(): Promise<void> {
    this.#tickets.clear();
    const sockets = [...this.#connections].map((connection) => connection.socket);
    const gone = sockets.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const socket of sockets) socket.close(1001);
    const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), closeGrace);
    await Promise.all(gone);
    clearTimeout(timer);
    this.#server.close();
  }
}

function parseFrame(text: string): Dict | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Dict) : undefined;
  } catch {
    return undefined;
  }
}
