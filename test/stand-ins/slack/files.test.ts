import { describe, expect, it } from 'vitest';
import { connectWebClient, controlOf, ids, startSlack, until } from './harness.ts';

async function start(options = {}) {
  const slack = await startSlack(options);
  return { slack, web: connectWebClient(slack), control: controlOf(slack) };
}

const refusal = (error: string) => ({ data: { ok: false, error } });

describe('files', () => {
  it('go up in three steps, and are shared a moment later', async () => {
    const { slack, web, control } = await start();
    const root = (await web.chat.postMessage({ channel: ids.research, text: 'root' })).ts ?? '';
    const done = await web.filesUploadV2({
      channel_id: ids.research,
      thread_ts: root,
      initial_comment: 'the curve',
      filename: 'loss.png',
      title: 'Loss',
      file: Buffer.from('not really a picture'),
    });
    const file = (done.files[0] as { files?: { id?: string; shares?: object }[] }).files?.[0];
    expect(file?.shares).toEqual({});
    const info = await until(async () => {
      const found = (await web.files.info({ file: file?.id ?? '' })).file;
      return Object.keys(found?.shares ?? {}).length > 0 && found?.mimetype !== '' && found;
    }, 'a share');
    expect(info).toMatchObject({ name: 'loss.png', title: 'Loss', mimetype: 'image/png', size: 20 });
    const message = (await control.messages(ids.research, root)).at(-1);
    expect(message).toMatchObject({ text: 'the curve', files: [{ title: 'Loss', path: `/files/${file?.id}/loss.png` }] });
    const served = await fetch(`${slack.url}${message?.files[0]?.path}`);
    expect(served.headers.get('content-security-policy')).toContain('sandbox');
    expect(await served.text()).toBe('not really a picture');
    const image = { type: 'image', alt_text: 'loss', slack_file: { id: file?.id ?? '' } } as const;
    expect((await web.chat.postMessage({ channel: ids.research, text: 'p', blocks: [image] })).ok).toBe(true);
  });

  it('are shown by a block only once Slack has looked at them', async () => {
    const { web } = await start({ timings: { fileLookDelay: 400 }, limits: { enabled: false } });
    const upload = async (filename: string): Promise<string> => {
      const { upload_url, file_id } = await web.files.getUploadURLExternal({ filename, length: 3 });
      await fetch(upload_url ?? '', { method: 'POST', body: 'abc' });
      const done = await web.files.completeUploadExternal({ files: [{ id: file_id ?? '', title: filename }] });
      expect(done.files?.[0]).toMatchObject({ mimetype: '' });
      return file_id ?? '';
    };
    const show = (file: object) =>
      web.chat.postMessage({ channel: ids.research, text: 'p', blocks: [{ type: 'image', alt_text: 'curve', slack_file: file } as never] });
    const [picture, drawing] = [await upload('loss.png'), await upload('loss.svg')];
    await expect(show({ id: picture })).rejects.toMatchObject(refusal('invalid_blocks'));
    await until(async () => (await web.files.info({ file: picture })).file?.mimetype === 'image/png', 'a look');
    expect((await show({ id: picture })).ok).toBe(true);
    await until(async () => (await web.files.info({ file: drawing })).file?.mimetype !== '', 'a look');
    for (const odd of [{ id: drawing }, {}, { id: picture, url: 'https://example.org/a.png' }, { id: 'loss.png' }]) {
      await expect(show(odd)).rejects.toMatchObject(refusal('invalid_blocks'));
    }
  });

  it('are gone once they are deleted, from messages too', async () => {
    const { slack, web, control } = await start();
    const done = await web.filesUploadV2({ channel_id: ids.research, filename: 'a.txt', file: Buffer.from('a') });
    const id = (done.files[0] as { files?: { id?: string }[] }).files?.[0]?.id ?? '';
    await until(async () => (await control.messages(ids.research)).some(({ files }) => files.length > 0), 'a share');
    expect((await web.files.delete({ file: id })).ok).toBe(true);
    expect((await fetch(`${slack.url}/files/${id}`)).status).toBe(404);
    expect((await control.messages(ids.research)).every(({ files }) => files.length === 0)).toBe(true);
    await expect(web.files.delete({ file: id })).rejects.toMatchObject(refusal('file_not_found'));
    await expect(web.files.info({ file: id })).rejects.toMatchObject(refusal('file_not_found'));
  });

  it('are refused when something is missing', async () => {
    const { slack, web } = await start();
    const { upload_url, file_id } = await web.files.getUploadURLExternal({ filename: 'a.txt', length: 1 });
    const complete = { files: [{ id: file_id ?? '', title: 'a' }] as [{ id: string; title: string }], channel_id: ids.research };
    await expect(web.files.completeUploadExternal(complete)).rejects.toMatchObject(refusal('file_not_found'));
    expect((await fetch(upload_url ?? '', { method: 'POST', body: 'a' })).status).toBe(200);
    expect((await fetch(upload_url ?? '', { method: 'POST', body: 'a' })).status).toBe(404);
    await expect(web.files.completeUploadExternal({ ...complete, channel_id: ids.random })).rejects.toMatchObject(
      refusal('not_in_channel'),
    );
    expect((await web.files.completeUploadExternal({ files: complete.files })).files).toMatchObject([{ id: file_id }]);
    expect((await fetch(`${slack.url}/files/FNOTHING`)).status).toBe(404);
  });

  it('offers markup as a download instead of showing it', async () => {
    const { slack, web } = await start();
    const { upload_url, file_id } = await web.files.getUploadURLExternal({ filename: 'evil.html', length: 10 });
    await fetch(upload_url ?? '', { method: 'POST', body: '<script></script>' });
    expect((await fetch(`${slack.url}/files/${file_id}`)).headers.get('content-disposition')).toMatch(/^attachment/);
  });
});
