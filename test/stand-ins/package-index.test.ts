import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { makeSdist, makeWheel } from '../support/package-index/packages.ts';
import { startPackageIndex, type PackageIndex } from '../support/package-index/server.ts';

let index: PackageIndex | null = null;
afterEach(async () => {
  await index?.close();
  index = null;
});

const WHEEL = makeWheel({ name: 'Tiny.Thing', version: '1.0', requiresPython: '>=3.8,<4', uploadedAt: '2021-02-03T04:05:06.000000Z' });
const SDIST = makeSdist({ name: 'tiny_thing', version: '0.9', yanked: 'it was "wrong"', files: { 'setup.py': '' } });
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

async function start(login?: { user: string; password: string }): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const started = await startPackageIndex({ files: [WHEEL, SDIST], ...(login === undefined ? {} : { login }) });
  index = started;
  return (path, init) => fetch(new URL(path, started.url), { redirect: 'manual', ...init });
}

describe('the package index of the tests', () => {
  it('has a page a project under its normalised name, with hashes and what pip reads off it', async () => {
    const get = await start();
    const page = await get('/simple/tiny-thing/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    const text = await page.text();
    const hash = createHash('sha256').update(WHEEL.data).digest('hex');
    expect(text).toContain(
      `href="/files/tiny_thing-1.0-py3-none-any.whl#sha256=${hash}" data-requires-python="&gt;=3.8,&lt;4" data-core-metadata=`,
    );
    expect(text).toContain('data-yanked="it was &quot;wrong&quot;">tiny_thing-0.9.tar.gz</a>');
    expect(await (await get('/simple/')).text()).toContain('<a href="/simple/tiny-thing/">Tiny.Thing</a>');
  });

  it('speaks JSON to who wants that most, with sizes and times, and nothing to who takes neither', async () => {
    const get = await start();
    const page = await get('/simple/tiny-thing/', { headers: { Accept: `text/html;q=0.1, ${JSON_TYPE}` } });
    expect(page.headers.get('content-type')).toBe(JSON_TYPE);
    expect(await page.json()).toMatchObject({
      meta: { 'api-version': '1.1' },
      name: 'tiny-thing',
      versions: ['1.0', '0.9'],
      files: [
        {
          filename: WHEEL.filename,
          size: WHEEL.data.length,
          'upload-time': '2021-02-03T04:05:06.000000Z',
          'requires-python': '>=3.8,<4',
          yanked: false,
        },
        { filename: SDIST.filename, yanked: 'it was "wrong"', 'core-metadata': false },
      ],
    });
    expect((await get('/simple/tiny-thing/', { headers: { Accept: 'image/png' } })).status).toBe(406);
  });

  it('sends other spellings on, and refuses what the real one refuses', async () => {
    const get = await start();
    for (const path of ['/simple/Tiny.Thing/', '/simple/tiny_thing/', '/simple/tiny-thing']) {
      const moved = await get(path);
      expect([moved.status, moved.headers.get('location')]).toEqual([301, '/simple/tiny-thing/']);
    }
    expect((await get('/simple/unknown/')).status).toBe(404);
    expect((await get('/simple/tiny-thing/1.0/')).status).toBe(404);
    expect((await get('/simple/', { method: 'POST' })).status).toBe(405);
    expect((await get('/files/nothing.whl')).status).toBe(404);
  });

  it('answers who has the page already, serves metadata beside a wheel, and parts of files', async () => {
    const get = await start();
    const tag = (await get('/simple/tiny-thing/')).headers.get('etag') ?? '';
    expect((await get('/simple/tiny-thing/', { headers: { 'If-None-Match': tag } })).status).toBe(304);
    expect(await (await get(`/files/${WHEEL.filename}.metadata`)).text()).toContain(
      'Name: Tiny.Thing\nVersion: 1.0\nRequires-Python: >=3.8,<4\n',
    );
    const part = await get(`/files/${WHEEL.filename}`, { headers: { Range: 'bytes=2-3' } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, WHEEL.data.subarray(2, 4)]);
    expect((await get(`/files/${WHEEL.filename}`, { headers: { Range: 'bytes=999999-' } })).status).toBe(416);
  });

  it('goes wrong as it is told, as often as it is told', async () => {
    const get = await start();
    index?.fail({ filename: 'tiny_thing-1', kind: 'break-off', times: 1 }, { filename: 'tiny_thing-1', kind: 'server-error', times: 1 });
    await expect(get(`/files/${WHEEL.filename}`).then((response) => response.arrayBuffer())).rejects.toThrow('terminated');
    expect((await get(`/files/${WHEEL.filename}`)).status).toBe(503);
    expect(Buffer.from(await (await get(`/files/${WHEEL.filename}`)).arrayBuffer())).toEqual(WHEEL.data);
  });

  it('asks for a password where it has one', async () => {
    const get = await start({ user: 'ana', password: 'x' });
    expect((await get('/simple/')).status).toBe(401);
    const Authorization = `Basic ${Buffer.from('ana:x').toString('base64')}`;
    expect((await get('/simple/', { headers: { Authorization } })).status).toBe(200);
  });
});
