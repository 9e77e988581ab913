import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { loadSettings } from '../config.ts';
import type { Entry } from '../core/diary/entry.ts';
import { tellRun } from '../core/diary/tell.ts';
import { chooseProject } from '../core/project/choose-project.ts';
import type { RunEvent } from '../core/run/events.ts';
import { composeStory } from '../core/story/compose.ts';
import { renderMarkdown } from '../core/story/markdown.ts';
import { describeStory } from '../core/story/schema.ts';
import { createRedisJournal } from '../journal/index.ts';
import { createProjectStore } from '../journal/project-store.ts';
import { createDiary, type Span } from '../runs/diary.ts';
import { EVERY_RUN } from '../runs/follow-runs.ts';
import { readEvents, writeEvents } from '../story/read-events.ts';
import { readSpan } from '../story/read-span.ts';
import { writeStory } from '../story/write-files.ts';
import { defineVerb, type VerbIo } from './define-verb.ts';
import { openInput, readLines } from './read-lines.ts';

const USAGE = 'story [--project NAME] [--from DAY] [--to DAY] [--out DIR | --json | --events] [--journal FILE|-] | story --schema';
const LONGEST_LINE = 16_000_000;
const OPTIONS = {
  project: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  out: { type: 'string' },
  journal: { type: 'string' },
  json: { type: 'boolean' },
  events: { type: 'boolean' },
  schema: { type: 'boolean' },
} as const;

/** Where events come from. */
interface Source {
  readonly projects: () => Promise<string[]>;
  readonly collect: (project: string, span: Span) => Promise<Entry[]>;
  readonly journals: (project: string) => AsyncGenerator<RunEvent[]>;
  readonly close: () => void;
}

export default defineVerb({
  name: 'story',
  usage: USAGE,
  summary:
    'how the work of a project evolved: Markdown, JSON, or with --out a page too; from the Redis of REDIS_URL or of `npm start` here, or from a journal as --events prints it (records hold how a run ended, not how it came there)',
  run: async (args, io) => {
    try {
      const { values } = parseArgs({ args, options: OPTIONS });
      if (values.schema === true) {
        io.stdout.write(`${JSON.stringify(describeStory(), null, 2)}\n`);
        return 0;
      }
      const span = readSpan(values.from, values.to);
      const source = values.journal === undefined ? openRedis(io) : await openFile(values.journal, values.project ?? 'story', io);
      try {
        return await tell(source, await choose(source, values.project), span, values, io);
      } finally {
        source.close();
      }
    } catch (error) {
      io.stderr.write(`${error instanceof Error ? error.message : String(error)}\nusage: reprobot ${USAGE}\n`);
      return 2;
    }
  },
});

async function tell(
  source: Source,
  project: string,
  span: Span,
  { json, events, out }: { json?: boolean; events?: boolean; out?: string },
  io: VerbIo,
): Promise<number> {
  if (events === true) {
    for await (const journal of source.journals(project)) for (const line of writeEvents([journal])) io.stdout.write(line);
    return 0;
  }
  const story = composeStory({ project, entries: await source.collect(project, span) });
  if (out !== undefined) for (const path of await writeStory(story, resolve(io.cwd, out))) io.stderr.write(`${path}\n`);
  else io.stdout.write(json === true ? `${JSON.stringify(story, null, 2)}\n` : renderMarkdown(story));
  return story.moments.length === 0 ? 1 : 0;
}

/** The project that was named, or the only one there is. */
async function choose(source: Source, named: string | undefined): Promise<string> {
  const known = await source.projects();
  if (named !== undefined && (known.includes(named) || known.length === 0)) return named;
  if (named === undefined && known.length === 1) return known[0] ?? '';
  if (known.length === 0) throw new Error('Nothing has been told yet: there are no runs.');
  throw new Error(
    `${named === undefined ? 'Which project?' : `There is no project “${named}”.`} Give one of these to --project: ${known.join(', ')}`,
  );
}

async function openFile(file: string, project: string, io: VerbIo): Promise<Source> {
  const journals = await readEvents(readLines(openInput(file, io), LONGEST_LINE));
  return {
    projects: () => Promise.resolve([project]),
    collect: (_project, { from, to }) =>
      Promise.resolve(journals.flatMap((journal) => tellRun(journal)).filter(({ at }) => at >= from && at < to)),
    journals: async function* listJournals() {
      yield* journals;
    },
    close: () => {},
  };
}

function openRedis({ cwd, stderr }: VerbIo): Source {
  if (existsSync(resolve(cwd, '.env'))) process.loadEnvFile(resolve(cwd, '.env'));
  // No token is needed to read.
  const settings = loadSettings({ SLACK_BOT_TOKEN: 'xoxb-unset', ...process.env }, cwd);
  const socket = resolve(cwd, '.reprobot/redis/redis.sock');
  if (process.env['REDIS_URL'] === undefined && !existsSync(socket))
    throw new Error('There is no Redis to read from: set REDIS_URL, run `npm start` in this folder, or give a file to --journal.');
  const redis = new Redis(process.env['REDIS_URL'] ?? socket, { maxRetriesPerRequest: 1, retryStrategy: () => null });
  redis.on('error', () => {});
  const journal = createRedisJournal(redis, settings.prefix);
  const onCorrupt = (runId: string, error: unknown): void =>
    void stderr.write(`Run ${runId} is left out: ${error instanceof Error ? error.message : String(error)}\n`);
  const diary = createDiary({ journal, projects: createProjectStore(redis, settings.prefix), named: settings.projects, onCorrupt });
  return {
    projects: () => diary.projectsOf(),
    collect: (project, span) => diary.collectEntries(project, span),
    journals: async function* listJournals(project) {
      for (const id of (await journal.listRecent(EVERY_RUN)).toReversed()) {
        const events = await journal.read(id, 0);
        const channel = events.flatMap((event) => ('channel' in event ? [event.channel] : []))[0] ?? '';
        if (chooseProject(channel, settings.projects) === project) yield events;
      }
    },
    close: () => redis.disconnect(),
  };
}
