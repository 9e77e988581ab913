import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SocketModeClient } from '@slack/socket-mode';
import { WebClient } from '@slack/web-api';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Credentials, type SlackStandIn, startSlackStandIn } from '../../src/stand-ins/slack/server.ts';

export const research = 'CRESEARCH01';
export const general = 'CGENERAL001';
export const ada = 'UADA0000001';
export const ben = 'UBEN0000002';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];

export interface Envelope {
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly ack: (response?: object) => Promise<void>;
}

/** Starts the Chromium of this machine. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

export const plain = (text: string): object => ({ type: 'plain_text', text });
export const section = (text: string): object => ({ type: 'section', text: { type: 'mrkdwn', text } });
export const button = (label: string, action: string, more: object = {}): object => ({
  type: 'button',
  text: plain(label),
  action_id: action,
  value: 'v1',
  ...more,
});
export const actions = (...elements: object[]): object => ({ type: 'actions', block_id: 'choices', elements });

/** The row of a message in the channel, or in another region. */
export const row = (page: Page, ts: string, region = '#main') => page.locator(`${region} [data-ts="${ts}"]`);

/** A real server, a real bot connection and pages of a real browser. */
export class Lab {
  readonly envelopes: Envelope[] = [];
  /** What pages threw, and what the content policy refused; must stay empty. */
  readonly complaints: string[] = [];
  /** What the bot does with an envelope. */
  answer: (envelope: Envelope) => Promise<void> = ({ ack }) => ack();
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #pages: Page[] = [];
  #slack: SlackStandIn;
  #socket: SocketModeClient | undefined;
  web: WebClient;

  private constructor(browser: Browser, folder: string, slack: SlackStandIn) {
    this.#browser = browser;
    this.#folder = folder;
    this.#slack = slack;
    this.web = new WebClient(slack.credentials.botToken, { slackApiUrl: slack.apiUrl });
  }

  static async start(browser: Browser): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), 'console-page-'));
    const lab = new Lab(browser, folder, await startServer(folder));
    await lab.#connect();
    return lab;
  }

  async #connect(): Promise<void> {
    const { credentials, apiUrl } = this.#slack;
    this.web = new WebClient(credentials.botToken, { slackApiUrl: apiUrl });
    this.#socket = new SocketModeClient({ appToken: credentials.appToken, clientOptions: { slackApiUrl: apiUrl } });
    this.#socket.on('slack_event', (envelope: Envelope) => {
      this.envelopes.push(envelope);
      void this.answer(envelope);
    });
    await this.#socket.start();
  }

  async stopServer(): Promise<void> {
    await this.#socket?.disconnect();
    await this.#slack.close();
  }

  /** Starts the server again where it was, with what it had saved. */
  async startAgain(): Promise<void> {
    const { url, credentials } = this.#slack;
    this.#slack = await startServer(this.#folder, Number(new URL(url).port), credentials);
    await this.#connect();
  }

  async close(): Promise<void> {
    for (const page of this.#pages) await page.context().close();
    await this.stopServer();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async openPage(path = '/', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (line) => {
      if (/content security policy/i.test(line.text())) this.complaints.push(line.text());
    });
    this.#pages.push(page);
    await page.goto(this.#slack.url + path);
    await page.locator('#main textarea').waitFor();
    return page;
  }

  /** A person writes a message. */
  async say(user: string, text: string, more: object = {}, channel = research): Promise<string> {
    const body = JSON.stringify({ user, channel, text, ...more });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#slack.url}/control/messages`, { method: 'POST', headers, body });
    return ((await response.json()) as { ts: string }).ts;
  }

  /** The bot posts into #research. */
  async post(text: string, blocks: object[] = [], more: object = {}): Promise<string> {
    const message = { channel: research, text, ...(blocks.length > 0 ? { blocks } : {}), ...more };
    const sent = (await this.web.apiCall('chat.postMessage', message)) as { ts?: string };
    return sent.ts ?? '';
  }

  /** The click on an element, as the bot received it. */
  async clicked(action: string): Promise<Record<string, unknown>> {
    const find = (): Envelope | undefined =>
      this.envelopes.find(({ body }) => (body['actions'] as { action_id: string }[] | undefined)?.[0]?.action_id === action);
    await expect.poll(find, { timeout: 10_000 }).toBeDefined();
    return find()?.body ?? {};
  }
}

function startServer(folder: string, port = 0, credentials?: Credentials): Promise<SlackStandIn> {
  return startSlackStandIn({
    port,
    stateFile: join(folder, 'state.json'),
    limits: { enabled: false },
    timings: { ackTimeout: 700, saveDelay: 10 },
    ...(credentials ? { credentials } : {}),
  });
}
