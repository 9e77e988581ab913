import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderMarkdown } from '../core/story/markdown.ts';
import type { Story } from '../core/story/schema.ts';
import { renderPage } from './render-page.ts';

/** Writes the page and both exports into a folder; resolves with their paths. */
export async function writeStory(story: Story, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files: readonly (readonly [string, string])[] = [
    ['story.html', await renderPage(story)],
    ['story.md', renderMarkdown(story)],
    ['story.json', `${JSON.stringify(story, null, 2)}\n`],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return files.map(([name]) => join(folder, name));
}
