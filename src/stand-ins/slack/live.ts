import type { WebSocket } from 'ws';
import type { LiveEvent } from './page-api.ts';

export type LiveAudience = (event: LiveEvent, user: string) => boolean;

/** Pages that watch the workspace. A page that names its user gets what that user may see; one that names none gets everything. */
export class Live {
  readonly #pages = new Map<WebSocket, string | undefined>();
  readonly #maySee: LiveAudience;

  constructor(maySee: LiveAudience) {
    this.#maySee = maySee;
  }

  attach(page: WebSocket, user: string | undefined): void {
    this.#pages.set(page, user);
    page.on('close', () => this.#pages.delete(page));
    page.on('error', () => page.terminate());
  }

  send(event: LiveEvent): void {
    this.sendEach(() => event);
  }

  /** Sends an event that looks different to each user. */
  sendEach(build: (user: string | undefined) => LiveEvent): void {
    for (const [page, user] of this.#pages) {
      const event = build(user);
      if (page.readyState === page.OPEN && (user === undefined || this.#maySee(event, user))) page.send(JSON.stringify(event));
    }
  }

  close(): void {
    for (const page of this.#pages.keys()) page.terminate();
    this.#pages.clear();
  }
}
