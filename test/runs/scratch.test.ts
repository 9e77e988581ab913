import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readScratch } from '../../src/core/scratch/read.ts';
import { openProjectRepository, projectFolder } from '../../src/git/project.ts';
import { createRedisJournal } from '../../src/journal/index.ts';
import { createProjectStore } from '../../src/journal/project-store.ts';
import { createDiary } from '../../src/runs/diary.ts';
import { createComposer, type Composer } from '../../src/runs/scratch.ts';
import { git, makeFolder, remove } from '../git/git-lab.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { named, playWeek, shown } from './week.ts';

let server: TestRedis;
let dataDir: string;
let composer: Composer;
const now = new Date(Date.UTC(2026, 10, 29, 20));

beforeAll(async () => {
  server = await startTestRedis();
  dataDir = await makeFolder('data');
  await playWeek(server.redis);
  const projects = createProjectStore(server.redis, 'test');
  const diary = createDiary({ journal: createRedisJournal(server.redis, 'test'), projects, named });
  composer = createComposer({ diary, projects, findShown: () => Promise.resolve(shown) });
});
afterAll(async () => {
  await server.stop();
  await remove(dataDir);
});

async function write(project: string): Promise<string> {
  const repository = openProjectRepository(dataDir, project, null);
  await repository.write(await composer.compose(project), 'scratch: what happened', now);
  return (await repository.look()).current;
}

describe('a week of two projects', () => {
  it.each(['tides', 'CVISION0001'])('is what SCRATCH.md of %s says', async (project) => {
    await expect(await write(project)).toMatchFileSnapshot(`../fixtures/diary/${project}.md`);
  });

  it('has the source of every line in it, and no secret', async () => {
    const text = await write('tides');
    const lines = readScratch(text).flatMap((day) => day.lines);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      expect(line.isOpinion).toBe(false);
      expect(line.text).toMatch(/\((?:rtide000\d|tides)#\d+[^()]*(?:\(https:\/\/lab\.slack\.com[^()]+\))?[^()]*\)$/);
    }
    expect(text).not.toContain('xoxb-');
  });

  it('is one commit for each writing that had something new, and keeps what people write', async () => {
    await write('tides');
    const folder = projectFolder(dataDir, 'tides');
    const path = join(folder, 'SCRATCH.md');
    await writeFile(path, (await readFile(path, 'utf8')).replace('### Changes', 'We are close.\n\n### Changes'));
    const text = await write('tides');
    expect(text).toContain('We are close.');
    expect(git(folder, 'log', '--format=%s')).toBe('Edited by hand\nscratch: what happened');
    expect(readScratch(text)[1]?.lines.filter(({ isOpinion }) => isOpinion)).toEqual([
      { text: 'We are close.', section: 'Ideas', isOpinion: true },
    ]);
  });
});

await mkdir(new URL('../fixtures/diary/', import.meta.url), { recursive: true });
