import type { Redis } from 'ioredis';
import { ProjectEvent } from '../core/project/events.ts';
import type { ProjectStore } from '../ports.ts';
import { openFactStream, type FactStream } from './fact-stream.ts';

/** What happened to projects outside of any run, in Redis: an append-only stream for each project. */
export function createProjectStore(redis: Redis, prefix: string): ProjectStore {
  const names = `${prefix}:projects`;
  const open = (project: string): FactStream<ProjectEvent> =>
    openFactStream(redis, `${prefix}:project:${project}`, ProjectEvent, `the journal of project ${project},`);
  return {
    append: async (project, event) => {
      await redis.sadd(names, project);
      return open(project).append(event);
    },
    list: (project) => open(project).list(),
    names: async () => (await redis.smembers(names)).sort(),
  };
}
