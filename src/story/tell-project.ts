/** Tells one project from its journals; runs in a thread of its own, and so builds what it needs and takes it down again. */
import { Redis } from 'ioredis';
import type { NamedProject } from '../core/project/choose-project.ts';
import { composeStory } from '../core/story/compose.ts';
import { renderMarkdown } from '../core/story/markdown.ts';
import { createRedisJournal } from '../journal/index.ts';
import { createProjectStore } from '../journal/project-store.ts';
import { createDiary, type Span } from '../runs/diary.ts';
import { createSlackClient, type SlackAddress } from '../slack/client.ts';
import { readNames, readWorkspace } from '../slack/people.ts';
import { renderPage } from './render-page.ts';

export type Format = 'html' | 'md' | 'json';

export interface TellInput {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly named: readonly NamedProject[];
  readonly slack: SlackAddress;
  readonly project: string;
  readonly span: Span;
  readonly format: Format;
}

/** The story in a format, or null where nothing is told of the project. */
export default async function tellProject(input: TellInput): Promise<string | null> {
  const redis = new Redis(input.redisUrl, { maxRetriesPerRequest: 2 });
  redis.on('error', () => {});
  try {
    const projects = createProjectStore(redis, input.prefix);
    const diary = createDiary({ journal: createRedisJournal(redis, input.prefix), projects, named: input.named });
    const entries = await diary.collectEntries(input.project, input.span);
    if (entries.length === 0) return null;
    const client = createSlackClient(input.slack);
    const people = [...new Set(entries.flatMap(({ by }) => by ?? []))];
    const [names, workspace] = await Promise.all([readNames(client, people), readWorkspace(client)]);
    const story = composeStory({ project: input.project, entries, names, workspace });
    if (input.format === 'md') return renderMarkdown(story);
    return input.format === 'json' ? JSON.stringify(story) : await renderPage(story);
  } finally {
    redis.disconnect();
  }
}
