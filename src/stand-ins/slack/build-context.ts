import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Clock, type ClockOptions, defaultTimings, type Timings } from './clock.ts';
import type { Context, Credentials } from './context.ts';
import { maySeeChannel } from './control/route.ts';
import { Delivery } from './delivery.ts';
import { Faults } from './faults.ts';
import { FileBytes } from './files.ts';
import type { Forward } from './forward.ts';
import type { HttpDelivery } from './http-delivery.ts';
import { type LimitOptions, Limits } from './limits.ts';
import { Live } from './live.ts';
import { type AppConfig, defaultManifest, type Manifest, readManifest } from './manifest.ts';
import type { LiveEvent } from './page-api.ts';
import { loadWorkspace, Saver } from './persistence.ts';
import { ResponseUrls } from './response-url.ts';
import { buildWorkspace, type Seed } from './seed.ts';
import { SocketHub } from './socket-mode.ts';
import type { WorkspaceData } from './state.ts';
import { Store } from './store.ts';
import { Traffic } from './traffic.ts';
import { Triggers } from './triggers.ts';
import { Modals } from './views.ts';

export interface StandInOptions {
  readonly host?: string;
  readonly port?: number;
  /** Where the whole workspace is kept; uploads go to a folder beside it. Without it everything is forgotten at the end. */
  readonly stateFile?: string;
  /** An app manifest in Slack's format; the default one allows everything the stand-in knows. */
  readonly manifest?: Manifest;
  /** Deliver signed HTTP requests to this address instead of using Socket Mode. */
  readonly deliverTo?: string;
  readonly seed?: Seed;
  /** False switches all limits off. */
  readonly limits?: LimitOptions | false;
  readonly clock?: ClockOptions;
  readonly timings?: Partial<Timings>;
  readonly credentials?: Credentials;
  /** Lets GET /control/credentials answer. */
  readonly exposeCredentials?: boolean;
  /** When set, the page and the control API need it; `/?key=…` opens the page. */
  readonly controlKey?: string;
  /** Pages of the bot's own, shown below an address of the console. */
  readonly forward?: Forward;
}

/** What belongs to the running stand-in beside its context. */
export interface Machinery {
  readonly ctx: Context;
  readonly saver: Saver | undefined;
  /** Switches between delivery over HTTP and Socket Mode. */
  readonly setHttp: (http: HttpDelivery | undefined) => void;
}

/** Credentials in the form of Slack's; none of them is of any use elsewhere. */
export function createCredentials(): Credentials {
  const word = (bytes: number): string => randomBytes(bytes).toString('hex');
  const digits = String(randomBytes(6).readUIntBE(0, 6)).padStart(13, '0').slice(0, 13);
  return {
    botToken: `xoxb-${digits}-${digits}-${word(12)}`,
    appToken: `xapp-1-AREPROBOT01-${digits}-${word(32)}`,
    signingSecret: word(16),
  };
}

/** Puts the parts together for a server that listens at `url`. */
export function buildContext(options: StandInOptions, url: string): Machinery {
  const app = readManifest(options.manifest ?? defaultManifest);
  const timings = { ...defaultTimings, ...options.timings };
  const clock = new Clock(options.clock);
  const credentials = options.credentials ?? createCredentials();
  const fresh = (): WorkspaceData => buildWorkspace(options.seed ?? {}, app.botName, clock.now());
  const saved = options.stateFile === undefined ? undefined : loadWorkspace(options.stateFile);
  const saver = options.stateFile === undefined ? undefined : new Saver(options.stateFile, () => store.data, timings.saveDelay);
  const store: Store = new Store(saved ?? fresh(), url, clock.now, () => saver?.schedule());
  renameBot(store, app.botName);
  const parts = { options, url, app, timings, clock, credentials, store };
  return { ...connectParts(parts, fresh), saver };
}

// A saved workspace knows the bot by the name it had then.
function renameBot(store: Store, name: string): void {
  const bot = store.user(store.data.app.bot_user);
  store.data.app.name = name;
  if (bot !== undefined) Object.assign(bot, { name, real_name: name });
}

interface Foundation {
  readonly options: StandInOptions;
  readonly url: string;
  readonly app: AppConfig;
  readonly timings: Timings;
  readonly clock: Clock;
  readonly credentials: Credentials;
  readonly store: Store;
}

function connectParts(base: Foundation, fresh: () => WorkspaceData): Omit<Machinery, 'saver'> {
  const { options, timings, clock, credentials, store } = base;
  let http: HttpDelivery | undefined;
  const live = new Live((event, user) => maySee(store, event, user));
  const traffic = new Traffic(
    () => [credentials.botToken, credentials.appToken, credentials.signingSecret],
    clock.now,
    (entry) => live.send({ type: 'traffic', entry }),
  );
  const faults = new Faults();
  const sockets: SocketHub = new SocketHub({
    appId: () => store.data.app.app_id,
    clock,
    timings,
    faults,
    traffic,
    onCount: (count) => {
      live.send({ type: 'sockets', count });
      if (count > 0) delivery.releaseHeld();
    },
  });
  const delivery: Delivery = new Delivery({ store, clock, timings, faults, sockets, http: () => http });
  const limits = new Limits(options.limits === false ? { enabled: false } : (options.limits ?? {}), clock.now);
  const modals = new Modals();
  const files = new FileBytes(options.stateFile === undefined ? undefined : join(`${options.stateFile}.files`));
  const background = (work: Promise<unknown>): void => {
    work.catch((error: unknown) =>
      process.stderr.write(`stand-in: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
    );
  };
  const reset = (): void => {
    store.replace(fresh());
    faults.clear();
    limits.clear();
    modals.clear();
    background(files.clear());
  };
  const triggers = new Triggers(clock.now, timings.triggerLife);
  const responseUrls = new ResponseUrls(store, clock.now, timings.responseUrlLife);
  const exposeCredentials = options.exposeCredentials ?? false;
  const { url, app } = base;
  const connected = { limits, faults, traffic, live, sockets, delivery, triggers, responseUrls, modals, files, background, reset };
  const ctx: Context = { url, app, credentials, exposeCredentials, clock, timings, store, ...connected };
  return { ctx, setHttp: (next) => (http = next) };
}

function maySee(store: Store, event: LiveEvent, user: string): boolean {
  switch (event.type) {
    case 'message':
    case 'message_changed':
    case 'message_deleted': {
      const channel = store.channel(event.message.channel);
      const isPrivateWord = event.message.ephemeral_for !== undefined && event.message.ephemeral_for !== user;
      return channel !== undefined && maySeeChannel(channel, user) && !isPrivateWord;
    }
    case 'channel': {
      const channel = store.channel(event.channel.id);
      return channel !== undefined && maySeeChannel(channel, user);
    }
    case 'view':
      return event.view.user === user;
    case 'home':
    case 'action_failed':
      return event.user === user;
    default:
      return true;
  }
}
