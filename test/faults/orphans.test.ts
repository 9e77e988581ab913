/** Nothing is left behind, also when the parent dies while a part is still starting. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rb-orphans-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.concurrent.each(['src/main.ts', 'workers/main.ts'])(
  '%s ends with its parent while it waits for a Redis that never comes',
  async (file) => {
    const env = {
      ...process.env,
      REDIS_URL: join(folder, 'nowhere.sock'),
      REPROBOT_DATA: folder,
      REPROBOT_EMBEDDED: '1',
      SLACK_BOT_TOKEN: 'xoxb-lab-bot',
      SLACK_APP_TOKEN: 'xapp-lab-app',
      SLACK_API_URL: 'http://127.0.0.1:9/api/',
    };
    const child = fork(file, [], { env, execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    // Its first words are its complaint about Redis: it is up, and not ready.
    await once(child.stdout ?? child, 'data');
    // A parent that is gone reads no log either.
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.disconnect();
    await once(child, 'exit');
    expect(child.killed).toBe(false);
  },
);
