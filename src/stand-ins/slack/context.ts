import type { Clock, Timings } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { Faults } from './faults.ts';
import type { FileBytes } from './files.ts';
import type { Limits } from './limits.ts';
import type { Live } from './live.ts';
import type { AppConfig } from './manifest.ts';
import type { ResponseUrls } from './response-url.ts';
import type { SocketHub } from './socket-mode.ts';
import type { Store } from './store.ts';
import type { Traffic } from './traffic.ts';
import type { Triggers } from './triggers.ts';
import type { Modals } from './views.ts';

export interface Credentials {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
}

/** Everything a handler may use; one for each running stand-in. */
export interface Context {
  /** Base address without a trailing slash. */
  readonly url: string;
  readonly app: AppConfig;
  readonly credentials: Credentials;
  readonly exposeCredentials: boolean;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly store: Store;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly live: Live;
  readonly sockets: SocketHub;
  readonly delivery: Delivery;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly modals: Modals;
  readonly files: FileBytes;
  /** Runs work that nobody waits for; a failure is logged, never lost. */
  readonly background: (work: Promise<unknown>) => void;
  /** Puts the workspace back to its seed. */
  readonly reset: () => void;
}
