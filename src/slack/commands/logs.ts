import { redactText } from '../../core/redact.ts';
import { showText } from '../../core/show-text.ts';
import { escapeText } from '../blocks.ts';
import { chooseClusters, findJob, NO_WORKER, readJobWords } from '../clusters.ts';
import { defineCommand, type CommandReply, type CommandRequest } from '../command.ts';

const LINES = 30;
const MOST_LINES = 200;
/** What an ephemeral answer holds. */
const MOST_TEXT = 3_500;

export default defineCommand({
  id: 'logs',
  usage: 'logs <job-id> [--tail N] [--err] [--site NAME]',
  summary: `shows the last lines of a job's log (${LINES} unless told); --err its standard error`,
  role: 'viewer',
  run: showLog,
});

async function showLog(request: CommandRequest): Promise<CommandReply> {
  const { clusters: access } = request.context;
  if (access === null) return { text: NO_WORKER };
  const typed = readJobWords(request.args, { '--tail': 'value', '--err': 'flag' });
  if (typeof typed === 'string') return { text: typed };
  const [id] = typed.words;
  if (id === undefined) return { text: `Which job? \`${request.name} jobs\` lists them.` };
  const wanted = Number(typed.options.get('--tail') ?? LINES);
  if (!Number.isInteger(wanted) || wanted < 1) return { text: '--tail needs a number of lines.' };
  const clusters = chooseClusters(request, typed.site);
  if (typeof clusters === 'string') return { text: clusters };
  const found = await findJob(access, clusters, id);
  if (typeof found === 'string') return { text: found };
  const path = typed.options.has('--err') ? found.job.stderr : found.job.stdout;
  const text = await access.browse(found.site).tail(path, MOST_LINES * 400);
  if (text === null) return { text: `There is no log yet at \`${escapeText(path === '' ? 'no path' : path)}\` on ${found.site}.` };
  return { text: `\`${escapeText(path)}\` on ${found.site}\n${fence(text, Math.min(wanted, MOST_LINES))}` };
}

/** The last lines that fit; what a progress bar overwrote is left out, and nothing in it ends the block. */
function fence(text: string, count: number): string {
  const clean = redactText(text)
    .split('\n')
    .map((line) => showText(line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1)).replaceAll('```', "'''"));
  if (clean.at(-1) === '') clean.pop();
  let shown = clean.slice(-count).join('\n');
  if (shown.length > MOST_TEXT) shown = `…${shown.slice(-MOST_TEXT)}`;
  return `\`\`\`\n${escapeText(shown)}\n\`\`\``;
}
