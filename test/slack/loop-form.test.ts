/** `/hpc loop start` by words and by its form: a real Bolt app, the console, Redis; what is wrong stands at its field. */
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessRules } from '../../src/config.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { createConsoleClient, type ConsoleMessage } from '../../src/embedded/console-client.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { RunService } from '../../src/runs/run-service.ts';
import { createAccess } from '../../src/slack/access.ts';
import { createChannelCheck } from '../../src/slack/channel.ts';
import type { SlackContext, Verb } from '../../src/slack/command.ts';
import { registerForms } from '../../src/slack/forms.ts';
import { registerCommand, runVerb, type TypedCommand } from '../../src/slack/slash.ts';
import { loadVerbs } from '../../src/slack/verbs.ts';
import { ada, research, startTestConsole, type TestConsole } from '../support/console.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const mallory = 'UMALLORY004';
let server: TestRedis;
let slack: TestConsole;
let app: App;
let context: SlackContext;
let verbs: Verb[];
let handed: TypedCommand[];
let heard: ConsoleMessage[];
const over = new AbortController();
let following: Promise<void>;
/** What the bot of the moment has. */
const has = { kaggle: true, model: true };

beforeAll(async () => {
  [server, slack] = await Promise.all([startTestRedis(), startTestConsole()]);
  const { credentials, apiUrl } = slack.slack;
  const clientOptions = { slackApiUrl: apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: credentials.appToken,
    installerOptions: { clientOptions },
    logLevel: LogLevel.ERROR,
  });
  app = new App({ token: credentials.botToken, receiver, clientOptions, deferInitialization: true, logLevel: LogLevel.ERROR });
  verbs = await loadVerbs();
  context = makeContext();
  registerCommand(app, context, verbs);
  registerForms(app, context, verbs);
  await app.init();
  await app.start();
  following = createConsoleClient(slack.slack.url).follow((message) => {
    if (message.ephemeral_for) heard.push(message);
  }, over.signal);
});
afterAll(async () => {
  over.abort();
  await following;
  await app.stop();
  await Promise.all([server.stop(), slack.stop()]);
});
beforeEach(async () => {
  await server.redis.flushall();
  await slack.clearFaults();
  [handed, heard] = [[], []];
  Object.assign(has, { kaggle: true, model: true });
});

/** What commands and forms need of the context, and nothing else. */
function makeContext(): SlackContext {
  const rules = AccessRules.parse({ viewer: { channels: [research] }, runner: { users: [ada] }, approver: { users: [ada] } });
  const settings = {
    git: { allowedHosts: ['github.com'] },
    embedded: false,
    get kaggle() {
      return { credentials: has.kaggle ? { kind: 'token', token: 'KGAT_test' } : null };
    },
    get model() {
      return { apiKey: has.model ? 'test-key' : null };
    },
  };
  return {
    runs: new RunService(createRedisJournal(server.redis, 'test'), { dispatch: () => Promise.resolve() }),
    access: createAccess(rules, slack.client, Date.now),
    checkChannel: createChannelCheck(slack.client, Date.now),
    client: slack.client,
    log: pino({ level: 'silent' }),
    now: Date.now,
    settings,
    requestAnswer: (typed: TypedCommand) => Promise.resolve(void handed.push(typed)),
  } as unknown as SlackContext;
}

const type = (text: string, user = ada, channel = research) => slack.control('POST', '/slash', { user, channel, command: '/hpc', text });

interface OpenForm {
  readonly id: string;
  readonly view: { readonly callback_id: string; readonly blocks: readonly { readonly block_id: string }[] };
}
async function listForms(user = ada): Promise<OpenForm[]> {
  return (await slack.control('GET', `/state?user=${user}`))['modals'] as OpenForm[];
}

async function openForm(): Promise<OpenForm> {
  await type('loop start');
  await expect.poll(listForms).toHaveLength(1);
  const [form] = await listForms();
  if (form === undefined) throw new Error('no form');
  return form;
}

/** Sends a form with words in its fields; the errors at fields, or undefined where it was taken. */
async function send(form: OpenForm, words: Record<string, string>): Promise<unknown> {
  const values: Record<string, object> = {};
  for (const field of ['project', 'gates', 'budget'])
    values[field] = { [field]: { type: 'plain_text_input', value: words[field] ?? null } };
  const { metric } = words;
  if (metric !== undefined)
    values['metric'] = {
      metric: { type: 'static_select', selected_option: { text: { type: 'plain_text', text: metric }, value: metric } },
    };
  if (words['model'] === 'off') values['model'] = { model: { type: 'checkboxes', selected_options: [] } };
  const answer = await slack.control('POST', '/view/submit', { user: ada, view_id: form.id, values });
  return answer['errors'];
}

async function listRuns(): Promise<RunState[]> {
  const ids = await context.runs.journal.listRecent(10);
  return (await Promise.all(ids.map((id) => context.runs.load(id)))).flatMap((state) => state ?? []);
}

/** The last thing that one person alone was told. */
const lastWords = (): string => heard.at(-1)?.text ?? '';

describe('the form of /hpc loop start', () => {
  it('begins the experiment that the words of the command begin', async () => {
    const form = await openForm();
    expect(form.view.callback_id).toBe('form.loop');
    expect(form.view.blocks.map((block) => block.block_id)).toEqual(['project', 'metric', 'gates', 'budget', 'model']);
    const words = { project: 'https://github.com/lab/gold', metric: 'sharpe', gates: 'vif=8, mae=-0.02', budget: '12', model: 'off' };
    expect(await send(form, words)).toBeUndefined();
    expect(await listForms()).toEqual([]);
    await expect.poll(lastWords).toMatch(/Experiment `r[a-z0-9]{7}` begins/);
    const typed = 'loop start https://github.com/lab/gold --metric sharpe --gates "vif=8, mae=-0.02" --budget 12 --no-model';
    const reply = await runVerb(context, verbs, { text: typed, user: ada, channel: research, deliveryId: 'slash:1', name: '/hpc' });
    expect(reply.text).toMatch(/Experiment `r[a-z0-9]{7}` begins/);
    const [one, other] = await listRuns();
    const choices = { metric: 'sharpe', gates: { vif: 8, mae: -0.02 }, budgetHours: 12 };
    for (const run of [one, other]) {
      expect(run?.request).toMatchObject({
        by: ada,
        channel: research,
        site: 'kaggle',
        assistant: false,
        repo: { url: 'https://github.com/lab/gold' },
      });
      expect(run?.experiment).toMatchObject({ choices, approvers: [ada] });
    }
    expect(one?.id).not.toBe(other?.id);
    expect(handed).toEqual([]);
  });

  it('needs nothing but the project; agents work unless somebody says no', async () => {
    expect(await send(await openForm(), { project: 'github.com/lab/gold' })).toBeUndefined();
    const [run] = await listRuns();
    expect(run?.request.assistant).toBe(true);
    expect(run?.experiment?.choices).toEqual({});
  });

  it('stays open with what is wrong at each field, and takes the same form once it is right', async () => {
    const form = await openForm();
    expect(await send(form, { project: 'ext::sh -c x', gates: 'vif=low', budget: 'much' })).toEqual({
      project: expect.stringContaining('never run') as string,
      gates: '“vif=low” is no limit; write vif=NUMBER.',
      budget: expect.stringContaining('A number of hours') as string,
    });
    expect(await send(form, { project: 'https://evil.example/x/y' })).toEqual({
      project: expect.stringContaining('I cannot take that project') as string,
    });
    expect(await send(form, { project: '   ' })).toEqual({ project: 'Which project?' });
    expect(await listRuns()).toEqual([]);
    expect(await listForms()).toHaveLength(1);
    expect(await send(form, { project: 'https://github.com/lab/gold' })).toBeUndefined();
    expect(await listRuns()).toHaveLength(1);
  });

  it('is the same experiment however often it is sent', async () => {
    await slack.addFault({ kind: 'duplicate-envelope', method: 'interactive' });
    expect(await send(await openForm(), { project: 'https://github.com/lab/gold' })).toBeUndefined();
    await expect.poll(listRuns).toHaveLength(1);
  });

  it('is not opened for who may not begin, without an account at Kaggle, and where the bot cannot hear', async () => {
    await type('loop start', mallory);
    await expect.poll(lastWords).toContain('`runner` list');
    expect(heard.at(-1)?.ephemeral_for).toBe(mallory);
    await type('loop start', ada, 'CRANDOM0001');
    await expect.poll(lastWords).toContain('/invite');
    has.kaggle = false;
    await type('loop start');
    await expect.poll(lastWords).toContain('KAGGLE_API_TOKEN');
    expect([...(await listForms()), ...(await listForms(mallory))]).toEqual([]);
  });

  it('says at the first field what has changed since it was opened', async () => {
    const form = await openForm();
    has.kaggle = false;
    expect(await send(form, { project: 'https://github.com/lab/gold' })).toEqual({
      project: expect.stringContaining('KAGGLE_API_TOKEN') as string,
    });
    has.kaggle = true;
    await slack.control('POST', '/view/close', { user: ada, view_id: form.id });
  });

  it('has no field for a model that is not there', async () => {
    has.model = false;
    const form = await openForm();
    expect(form.view.blocks.filter((block) => block.block_id === 'model')).toEqual([]);
    expect(JSON.stringify(form.view.blocks.at(-1))).toContain('No model is set up here');
    expect(await send(form, { project: 'https://github.com/lab/gold' })).toBeUndefined();
    expect((await listRuns())[0]?.request.assistant).toBe(false);
  });

  it('tells how to type it where Slack’s three seconds are over', async () => {
    await slack.addFault({ kind: 'delay', method: 'slash_commands', ms: 3_200, times: 1 });
    await type('loop start').catch(() => null);
    await expect.poll(lastWords).toContain('The form did not open in time. Type the command again, or all of it: `/hpc loop start');
    expect(await listForms()).toEqual([]);
  });

  it('is for `start` alone: everything else goes to a worker as before', async () => {
    for (const text of ['loop', 'loop status', 'loop start x', 'loop start --no-model', 'help', '']) await type(text);
    await expect
      .poll(() => handed.map((typed) => typed.text))
      .toEqual(['loop', 'loop status', 'loop start x', 'loop start --no-model', 'help', '']);
    expect(await listForms()).toEqual([]);
  });
});

describe('/hpc loop start with words', () => {
  it.each([
    ['loop start', 'Which project?'],
    ['loop start a b', 'One project at a time; what is “b”?'],
    ['loop start x --colour red', 'I do not know the option --colour.'],
    ['loop start x --metric', '--metric needs a value.'],
    ['loop start github.com/lab/gold --metric=best', 'Attempts are compared by one of'],
    ['loop start github.com/lab/gold —gates "a=<b>"', 'There is no limit “a”'],
  ])('%s', async (text, words) => {
    const reply = await runVerb(context, verbs, { text, user: ada, channel: research, deliveryId: `slash:${text}`, name: '/hpc' });
    expect(reply.text).toContain(words);
    expect(reply.text).toContain('/hpc loop start <project.yaml|folder|git-url>');
    expect(await listRuns()).toEqual([]);
  });
});
