import type { WebClient } from '@slack/web-api';
import { ReprobotError } from '../errors.ts';

export interface Upload {
  readonly channel: string;
  /** Null: into the channel itself. */
  readonly threadTs: string | null;
  readonly name: string;
  readonly title: string;
  readonly content: string | Uint8Array;
}

/** Puts a file into a thread or a channel by Slack's three steps; resolves with its id. Alt text is not sent: with a share it is known to break it. */
export async function uploadFile(client: WebClient, upload: Upload): Promise<string> {
  const bytes = typeof upload.content === 'string' ? new TextEncoder().encode(upload.content) : upload.content;
  const { file, send } = await openUpload(client, { name: upload.name, length: bytes.byteLength, alt: null });
  await send(bytes);
  await client.files.completeUploadExternal({
    files: [{ id: file, title: upload.title }],
    channel_id: upload.channel,
    ...(upload.threadTs === null ? {} : { thread_ts: upload.threadTs }),
  });
  return file;
}

export interface PictureUpload {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  readonly content: Uint8Array;
}

/** Uploads a picture that nobody sees until a message shows it; `begin` is told its id before the first byte is sent. Resolves with the id. */
export async function uploadPicture(client: WebClient, upload: PictureUpload, begin: (file: string) => Promise<void>): Promise<string> {
  const { name, title, alt, content } = upload;
  const { file, send } = await openUpload(client, { name, length: content.byteLength, alt });
  await begin(file);
  await send(content);
  await client.files.completeUploadExternal({ files: [{ id: file, title: title.slice(0, 200) }] });
  return file;
}

/** Takes a file away for good. */
export async function deleteFile(client: WebClient, file: string): Promise<true> {
  await client.files.delete({ file });
  return true;
}

interface Ticket {
  readonly file: string;
  readonly send: (bytes: Uint8Array) => Promise<void>;
}

async function openUpload(client: WebClient, { name, length, alt }: { name: string; length: number; alt: string | null }): Promise<Ticket> {
  // The library knows this argument by one name and Slack's documentation by the other.
  const wish = { filename: name, length, ...(alt === null ? {} : { alt_text: alt, alt_txt: alt }) };
  const { upload_url: url, file_id: file } = await client.files.getUploadURLExternal(wish);
  if (url === undefined || file === undefined) throw refused(name, 'Slack gave no address for it');
  const send = async (bytes: Uint8Array): Promise<void> => {
    const form = new FormData();
    form.set('body', new Blob([new Uint8Array(bytes)]), name);
    const answer = await fetch(url, { method: 'POST', body: form });
    if (!answer.ok) throw refused(name, `the file store answered HTTP ${answer.status}`);
  };
  return { file, send };
}

function refused(name: string, why: string): ReprobotError {
  return new ReprobotError({ code: 'slack.outcome-unknown', doing: `uploading ${name}`, why, transient: true });
}
