import { request as openRequest, type OutgoingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { KaggleStandIn } from '../../../src/stand-ins/kaggle/server.ts';
import { makeNotebook, startKaggle } from './harness.ts';

// Kaggle's own command line tool cannot be installed here. These are its requests, down to header and target, as it was seen to send them;
// test/live/kaggle-cli.ts runs the tool itself where somebody has it.

interface Sent {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function send(kaggle: KaggleStandIn, { method, target, headers, body }: Sent): Promise<Heard> {
  const { hostname, port } = new URL(kaggle.url);
  return new Promise((resolve, reject) => {
    const request = openRequest({ hostname, port, method, path: target, headers: headers ?? {} }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const basic = ({ account }: KaggleStandIn): string => `Basic ${Buffer.from(`${account.username}:${account.key}`).toString('base64')}`;

/** As 2.2.3 sends it with KAGGLE_API_ENVIRONMENT=LOCALHOST through a proxy: a whole address, an empty name of the client. */
async function callRpc(kaggle: KaggleStandIn, service: string, method: string, body: object, authorization = basic(kaggle)) {
  const heard = await send(kaggle, {
    method: 'POST',
    target: `http://localhost/api/v1/${service}/${method}`,
    headers: {
      Host: 'localhost',
      'User-Agent': '',
      'Accept-Encoding': 'gzip, deflate',
      Accept: '*/*',
      'Content-Type': 'application/json',
      Authorization: authorization,
    },
    body: JSON.stringify(body),
  });
  return { status: heard.status, headers: heard.headers, answer: JSON.parse(heard.text) as Record<string, unknown> };
}

/** As 1.6 and 1.7 send it. */
async function callRest(kaggle: KaggleStandIn, method: 'GET' | 'POST', target: string, body?: object) {
  const heard = await send(kaggle, {
    method,
    target: `/api/v1/${target}`,
    headers: {
      'User-Agent': 'kaggle-api/v1.7.0',
      Accept: 'application/json',
      'Content-Type': 'application/json',
      Authorization: basic(kaggle),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: heard.status, answer: JSON.parse(heard.text) as unknown };
}

const KERNELS = 'kernels.KernelsApiService';
const DATASETS = 'datasets.DatasetApiService';
const COMPETITIONS = 'competitions.CompetitionApiService';

/** What `kernels push` makes of a metadata file: only what is set, no defaults. */
const PUSH = {
  slug: 'ada/first-kernel',
  newTitle: 'First kernel',
  text: 'open("out.txt", "w").write("x")\nprint("hello")\n',
  language: 'python',
  kernelType: 'script',
  isPrivate: true,
  enableGpu: false,
  enableTpu: false,
  enableInternet: false,
};

const NAMED = { userName: 'ada', kernelSlug: 'first-kernel' };

async function waitForEnd(kaggle: KaggleStandIn): Promise<void> {
  await expect.poll(async () => (await callRpc(kaggle, KERNELS, 'GetKernelSessionStatus', NAMED)).answer['status']).toBe('COMPLETE');
}

describe('the tool, version 2.2.3', () => {
  it('pushes, asks, reads the log and fetches what was written', async () => {
    const kaggle = await startKaggle();
    const pushed = await callRpc(kaggle, KERNELS, 'SaveKernel', PUSH);
    expect(pushed.headers['x-kaggle-apiversion']).toBe('2.2.3');
    expect(pushed.answer).toMatchObject({
      ref: '/code/ada/first-kernel',
      url: 'https://www.kaggle.com/code/ada/first-kernel',
      versionNumber: 1,
      error: '',
    });
    await waitForEnd(kaggle);
    const { answer } = await callRpc(kaggle, KERNELS, 'ListKernelSessionOutput', { ...NAMED, pageSize: 20 });
    expect(answer).toMatchObject({ files: [{ fileName: 'out.txt' }], nextPageToken: '' });
    const log = JSON.parse(answer['log'] as string) as unknown;
    expect(log).toEqual([{ stream_name: 'stdout', time: expect.any(Number), data: 'hello\n' }]);
    // The file is fetched without a token and through the same proxy.
    const [file] = answer['files'] as [{ url: string }];
    expect(await send(kaggle, { method: 'GET', target: file.url, headers: { Host: new URL(file.url).host } })).toMatchObject({
      status: 200,
      text: 'x',
    });
  });

  it('tells which inputs are missing, and goes on', async () => {
    const kaggle = await startKaggle();
    const { answer } = await callRpc(kaggle, KERNELS, 'SaveKernel', {
      ...PUSH,
      datasetDataSources: ['ada/none-such'],
      kernelDataSources: [],
    });
    expect(answer).toMatchObject({ versionNumber: 1, invalidDatasetSources: ['ada/none-such'], invalidKernelSources: [] });
  });

  it('follows the live log, which becomes the kept one when the run has ended', async () => {
    const kaggle = await startKaggle();
    const text = 'import time\nprint("begun", flush=True)\ntime.sleep(1)\nprint("done")\n';
    await callRpc(kaggle, KERNELS, 'SaveKernel', { ...PUSH, text });
    const stream: Sent = {
      method: 'GET',
      target: 'http://localhost/api/v1/kernels/logs/stream/ada/first-kernel',
      headers: { Host: 'localhost', 'User-Agent': '', Accept: 'text/event-stream, */*', Authorization: basic(kaggle) },
    };
    const live = await send(kaggle, stream);
    expect(live.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(live.text.split('\n\n')).toEqual([
      expect.stringMatching(/^data: \{.*"begun\\n"/),
      expect.stringMatching(/"done\\n"/),
      'data: END_OF_LOG',
      '',
    ]);
    const kept = await send(kaggle, stream);
    expect(kept.headers['content-type']).toBe('application/json');
    expect((JSON.parse(kept.text) as { data: string }[]).map(({ data }) => data)).toEqual(['begun\n', 'done\n']);
    // A version in the path is not known.
    expect((await send(kaggle, { ...stream, target: `${stream.target}/1` })).status).toBe(404);
  });

  it('reads, lists, deletes and asks for the quota', async () => {
    const kaggle = await startKaggle();
    await callRpc(kaggle, KERNELS, 'SaveKernel', PUSH);
    await waitForEnd(kaggle);
    const pulled = (await callRpc(kaggle, KERNELS, 'GetKernel', NAMED)).answer;
    expect(pulled).toMatchObject({
      blob: { source: PUSH.text, language: 'python', kernelType: 'script' },
      metadata: { ref: 'ada/first-kernel', currentVersionNumber: 1 },
    });
    const list = (
      await callRpc(kaggle, KERNELS, 'ListKernels', { group: 'PROFILE', page: 1, pageSize: 20, language: 'all', sortBy: 'HOTNESS' })
    ).answer;
    expect(list).toMatchObject({ kernels: [{ ref: 'ada/first-kernel' }] });
    expect((await callRpc(kaggle, KERNELS, 'ListKernelFiles', NAMED)).answer).toMatchObject({ files: [{ name: 'out.txt', size: 1 }] });
    const quota = (await callRpc(kaggle, KERNELS, 'GetAcceleratorQuotaStatistics', {})).answer;
    expect(quota).toMatchObject({
      quotaRefreshTime: expect.stringMatching(/Z$/),
      gpuQuota: { timeUsed: '0s', totalTimeAllowed: '108000s' },
    });
    expect((await callRpc(kaggle, KERNELS, 'DeleteKernel', NAMED)).answer).toEqual({ errorMessage: '' });
    expect((await callRpc(kaggle, KERNELS, 'DeleteKernel', NAMED)).answer).toEqual({ errorMessage: 'Kernel not found' });
  });

  it('introspects a token before its first command', async () => {
    const kaggle = await startKaggle();
    const { token } = kaggle.account;
    const good = await callRpc(kaggle, 'security.OAuthService', 'IntrospectToken', { token }, `Bearer ${token}`);
    expect(good.answer).toMatchObject({ active: true, username: 'ada' });
    expect((await callRpc(kaggle, 'security.OAuthService', 'IntrospectToken', { token: 'x' }, 'Bearer x')).status).toBe(401);
  });

  it('makes a data set: status first, then blobs, then the set; a version replaces all files', async () => {
    const kaggle = await startKaggle();
    const named = { ownerSlug: 'ada', datasetSlug: 'some-numbers' };
    expect((await callRpc(kaggle, DATASETS, 'GetDatasetStatus', named)).status).toBe(403);
    const upload = async (name: string, text: string): Promise<string> => {
      const start = { type: 'DATASET', name, contentLength: text.length, lastModifiedEpochSeconds: 1_795_792_348 };
      const { token, createUrl } = (await callRpc(kaggle, 'blobs.BlobApiService', 'StartBlobUpload', start)).answer as {
        token: string;
        createUrl: string;
      };
      expect(
        (await send(kaggle, { method: 'PUT', target: createUrl, headers: { 'Content-Length': text.length }, body: text })).status,
      ).toBe(200);
      return token;
    };
    const files = [{ token: await upload('a.csv', '1') }, { token: await upload('b.csv', '2') }];
    const set = { ownerSlug: 'ada', slug: 'some-numbers', title: 'Some numbers', licenseName: 'CC0-1.0', isPrivate: true, files };
    expect((await callRpc(kaggle, DATASETS, 'CreateDataset', set)).answer).toMatchObject({ status: 'ok', error: '' });
    expect((await callRpc(kaggle, DATASETS, 'CreateDataset', set)).answer).toMatchObject({
      status: 'error',
      error: expect.stringMatching(/already in use/),
    });
    const body = { versionNotes: 'second', files: [{ token: await upload('c.csv', '3') }], deleteOldVersions: false };
    expect((await callRpc(kaggle, DATASETS, 'CreateDatasetVersion', { ...named, body })).answer).toMatchObject({ status: 'ok' });
    expect((await callRpc(kaggle, DATASETS, 'ListDatasetFiles', { ...named, pageSize: 20 })).answer).toMatchObject({
      datasetFiles: [{ name: 'c.csv' }],
    });
    expect((await callRpc(kaggle, DATASETS, 'GetDatasetStatus', named)).answer).toEqual({ status: 'READY' });
    expect((await callRpc(kaggle, DATASETS, 'GetDatasetMetadata', named)).answer).toMatchObject({
      info: { licenses: [{ name: 'CC0-1.0' }] },
    });
  });

  it('submits a file and a notebook to a competition', async () => {
    const kaggle = await startKaggle({ competitions: [{ slug: 'small-prize', score: (file) => file.length }] });
    const competitionName = 'small-prize';
    const start = { competitionName, fileName: 's.csv', contentLength: 4, lastModifiedEpochSeconds: 1 };
    const { token, createUrl } = (await callRpc(kaggle, COMPETITIONS, 'StartSubmissionUpload', start)).answer as {
      token: string;
      createUrl: string;
    };
    await send(kaggle, { method: 'PUT', target: createUrl, body: 'id,y' });
    const submit = { competitionName, blobFileTokens: token, submissionDescription: 'try' };
    expect((await callRpc(kaggle, COMPETITIONS, 'CreateSubmission', submit)).answer).toMatchObject({ ref: expect.any(Number) });
    await callRpc(kaggle, KERNELS, 'SaveKernel', PUSH);
    await waitForEnd(kaggle);
    const code = {
      competitionName,
      kernelOwner: 'ada',
      kernelSlug: 'first-kernel',
      kernelVersion: 1,
      fileName: 'out.txt',
      submissionDescription: 'code',
    };
    expect((await callRpc(kaggle, COMPETITIONS, 'CreateCodeSubmission', code)).status).toBe(200);
    const list = (await callRpc(kaggle, COMPETITIONS, 'ListSubmissions', { competitionName, page: -1, pageSize: 20, pageToken: '' }))
      .answer;
    expect(list).toMatchObject({
      submissions: [
        { fileName: 'out.txt', publicScore: '1.00000' },
        { fileName: 's.csv', status: 'COMPLETE', publicScore: '4.00000' },
      ],
    });
    expect((await callRpc(kaggle, COMPETITIONS, 'GetSubmissionLimits', { competitionName })).answer).toMatchObject({
      numToday: 2,
      numAllowedNow: 3,
    });
  });
});

describe('the older dialect', () => {
  it('takes booleans as words and lower-cased queries, and answers states in camel case and some things bare', async () => {
    const kaggle = await startKaggle();
    const words = { ...PUSH, isPrivate: 'true', enableGpu: 'false', enableTpu: 'false', enableInternet: 'false' };
    expect((await callRest(kaggle, 'POST', 'kernels/push', words)).answer).toMatchObject({ versionNumber: 1 });
    await waitForEnd(kaggle);
    for (const query of ['userName=ada&kernelSlug=first-kernel', 'username=ada&kernelslug=first-kernel']) {
      expect((await callRest(kaggle, 'GET', `kernels/status?${query}`)).answer).toMatchObject({ status: 'complete' });
      expect((await callRest(kaggle, 'GET', `kernels/output?${query}`)).answer).toMatchObject({ files: [{ fileName: 'out.txt' }] });
      expect((await callRest(kaggle, 'GET', `kernels/pull?${query}`)).answer).toMatchObject({ blob: { source: PUSH.text } });
    }
    expect((await callRest(kaggle, 'GET', 'kernels/list?group=profile&page=1')).answer).toMatchObject([{ ref: 'ada/first-kernel' }]);
  });

  it('writes errors flat where the new one nests them', async () => {
    const kaggle = await startKaggle();
    const rest = await callRest(kaggle, 'GET', 'kernels/status?userName=ada&kernelSlug=no-such');
    expect(rest).toEqual({ status: 403, answer: { code: 403, message: expect.any(String) } });
    const rpc = await callRpc(kaggle, KERNELS, 'GetKernelSessionStatus', { userName: 'ada', kernelSlug: 'no-such' });
    expect(rpc.answer).toEqual({ error: { code: 403, message: expect.any(String), status: 'PERMISSION_DENIED' } });
  });

  it('takes the forms of competitions', async () => {
    const kaggle = await startKaggle({ competitions: [{ slug: 'small-prize' }] });
    const form = new FormData();
    for (const [key, value] of [
      ['competitionName', 'small-prize'],
      ['fileName', 's.csv'],
      ['contentLength', '1'],
      ['lastModifiedEpochSeconds', '1'],
    ])
      form.append(key ?? '', value ?? '');
    const headers = { Authorization: basic(kaggle) };
    const started = (await (
      await fetch(`${kaggle.url}/api/v1/competitions/submission-url`, { method: 'POST', headers, body: form })
    ).json()) as { token: string; createUrl: string };
    await fetch(started.createUrl, { method: 'PUT', body: 'x' });
    const submit = new FormData();
    submit.append('blobFileTokens', started.token);
    submit.append('submissionDescription', 'try');
    const answer = await fetch(`${kaggle.url}/api/v1/competitions/submissions/submit/small-prize`, {
      method: 'POST',
      headers,
      body: submit,
    });
    expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/small-prize/) });
    expect((await callRest(kaggle, 'GET', 'competitions/submissions/list/small-prize')).answer).toMatchObject([
      { fileName: 's.csv', status: 'PENDING' },
    ]);
  });
});

describe('the traps of the real service', () => {
  const push = async (kaggle: KaggleStandIn, changes: object) => callRpc(kaggle, KERNELS, 'SaveKernel', { ...PUSH, ...changes });

  it('files a kernel under its title, and a second one of that title is a conflict', async () => {
    const kaggle = await startKaggle();
    expect((await push(kaggle, { newTitle: 'C++ & Rust, 2' })).answer).toMatchObject({ ref: '/code/ada/c-rust-2' });
    expect((await callRpc(kaggle, KERNELS, 'GetKernelSessionStatus', NAMED)).status).toBe(403);
    expect((await push(kaggle, { newTitle: 'C++ & Rust, 2' })).status).toBe(409);
  });

  it('refuses what it refuses in the way it does', async () => {
    const kaggle = await startKaggle({ limits: { cpuSessions: 1 } });
    expect(await push(kaggle, { text: 'x'.repeat(1_000_000) })).toMatchObject({
      status: 400,
      answer: { error: { message: expect.stringMatching(/less than 1 megabytes/) } },
    });
    expect((await push(kaggle, { newTitle: 'x'.repeat(51) })).status).toBe(500);
    expect(await push(kaggle, { slug: 'ben/first-kernel' })).toMatchObject({ status: 200, answer: { error: 'Notebook not found' } });
    expect(await push(kaggle, { sessionTimeoutSeconds: 43_201 })).toMatchObject({ status: 400 });
    expect((await callRpc(kaggle, KERNELS, 'GetKernel', NAMED)).status).toBe(500);
    await push(kaggle, { text: 'import time\ntime.sleep(60)\n' });
    const full = await push(kaggle, { slug: 'ada/second-kernel', newTitle: 'Second kernel' });
    expect(full).toMatchObject({ status: 200, answer: { error: 'Maximum batch CPU session count of 1 reached.' } });
    expect((await callRpc(kaggle, KERNELS, 'GetKernel', { userName: 'ada', kernelSlug: 'second-kernel' })).status).toBe(500);
  });

  it('says in the log that a notebook has no kernelspec', async () => {
    const kaggle = await startKaggle();
    const text = JSON.stringify({ ...(JSON.parse(makeNotebook('1')) as object), metadata: {} });
    await push(kaggle, { text, kernelType: 'notebook' });
    await expect.poll(async () => (await callRpc(kaggle, KERNELS, 'GetKernelSessionStatus', NAMED)).answer['status']).toBe('ERROR');
    const { answer } = await callRpc(kaggle, KERNELS, 'ListKernelSessionOutput', NAMED);
    expect(answer['log']).toContain('No kernel name found in notebook and no override provided');
  });

  it('knows a version by its label and by nothing else', async () => {
    const kaggle = await startKaggle();
    await push(kaggle, {});
    const ask = async (changes: object) => (await callRpc(kaggle, KERNELS, 'GetKernelSessionStatus', { ...NAMED, ...changes })).status;
    expect(await ask({ versionLabel: 'v1' })).toBe(200);
    expect(await ask({ versionLabel: '1' })).toBe(404);
    expect(await ask({ kernelSlug: 'first-kernel/1' })).toBe(403);
  });

  it('answers 429 with a time to wait when calls come too fast', async () => {
    const kaggle = await startKaggle({ limits: { callsPerMinute: 8 }, now: () => 0 });
    const answers = [];
    for (let call = 0; call < 3; call += 1) answers.push(await callRpc(kaggle, KERNELS, 'GetAcceleratorQuotaStatistics', {}));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]).toMatchObject({ headers: { 'retry-after': '8' }, answer: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } });
  });

  it('lets nobody in without a key, and says so in either dialect', async () => {
    const kaggle = await startKaggle();
    expect((await callRpc(kaggle, KERNELS, 'ListKernels', {}, '')).status).toBe(401);
    expect((await send(kaggle, { method: 'GET', target: '/api/v1/kernels/list' })).text).toContain('"code":401');
  });

  it('answers nonsense with an error and goes on', async () => {
    const kaggle = await startKaggle();
    for (const target of ['//', '/%', '/v1', '/v1/a.b/c', '/storage/output/1/x', '/upload/none']) {
      expect(
        (await send(kaggle, { method: 'POST', target, headers: { Authorization: basic(kaggle) }, body: '[]' })).status,
      ).toBeGreaterThanOrEqual(400);
    }
    expect((await callRpc(kaggle, KERNELS, 'ListKernels', {})).status).toBe(200);
  });
});
