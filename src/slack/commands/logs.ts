import { redactText } from '../../core/redact.ts';
import { chooseClusters, describeNoLog, findJob, NO_WORKER, readJobWords, showCode } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';
import { fenceLog } from '../fence-log.ts';
import { uploadFile } from '../upload.ts';

const LINES = 30;
const MOST_LINES = 200;
/** What is sent of a log as a file. */
const WHOLE_BYTES = 5_000_000;

export default defineCommand({
  id: 'logs',
  usage: 'logs <job-id> [--tail N] [--full] [--err] [--site NAME]',
  summary: `shows the last lines of a job's log (${LINES} unless told); --err its standard error; --full sends all of it to you as a file`,
  role: 'viewer',
  run: showLog,
});

async function showLog(request: CommandRequest): Promise<CommandReply> {
  const { clusters: access } = request.context;
  if (access === null) return { text: NO_WORKER };
  const typed = readJobWords(request.args, { values: ['tail'], switches: ['err', 'full'] });
  if (typeof typed === 'string') return { text: typed };
  const [id] = typed.words;
  if (id === undefined) return { text: `Which job? \`${request.name} jobs\` lists them.` };
  const wanted = Number(typed.values.tail ?? LINES);
  if (!Number.isInteger(wanted) || wanted < 1) return { text: '--tail needs a number of lines.' };
  const clusters = chooseClusters(request, typed.values.site);
  if (typeof clusters === 'string') return { text: clusters };
  const found = await findJob(access, clusters, id);
  if (typeof found === 'string') return { text: found };
  const path = typed.switches.has('err') ? found.job.stderr : found.job.stdout;
  const full = typed.switches.has('full');
  const text = await access.browse(found.site).tail(path, full ? WHOLE_BYTES : MOST_LINES * 400);
  if (text === null) return { text: describeNoLog(found.site, path) };
  if (full) return sendWhole(request, { site: found.site, path, text });
  const part = found.job.parts.length === 0 ? '' : `, the first of ${found.job.parts.length} parts of job ${id}`;
  return { text: `${showCode(path, 300)} on ${found.site}${part}\n${fenceLog(text, Math.min(wanted, MOST_LINES))}` };
}

/** Into the direct messages with whoever asked: a log is long, and may be nobody else's business. Known secrets are taken out. */
async function sendWhole(
  { context, user }: CommandRequest,
  { site, path, text }: { readonly site: string; readonly path: string; readonly text: string },
): Promise<CommandReply> {
  if (text === '') return { text: `${showCode(path, 300)} on ${site} is empty.` };
  const { channel } = await context.client.conversations.open({ users: user });
  if (channel?.id === undefined) return { text: 'Slack opened no direct message to send it to.' };
  const name = redactText(path.split('/').at(-1) ?? 'job.log');
  const isCut = Buffer.byteLength(text) >= WHOLE_BYTES;
  await uploadFile(context.client, {
    channel: channel.id,
    threadTs: null,
    name,
    title: `${redactText(path)} on ${site}`,
    content: redactText(text),
  });
  const what = isCut ? `The last ${WHOLE_BYTES / 1e6} MB of` : 'All of';
  return { text: `${what} ${showCode(path, 300)} on ${site} lies in our direct messages now, as a file.` };
}
