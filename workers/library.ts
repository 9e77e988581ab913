import { join } from 'node:path';
import { describeNotes, openKnowledge, type Knowledge } from '../src/agent/knowledge.ts';
import { openMemory, type Memory } from '../src/agent/memory.ts';
import type { Library } from '../src/slack/command.ts';

/** What the lab has learned, for the agent and for people: notes under `knowledge`, rules in MEMORY.md, both in the data folder. */
export function openLibrary(dataDir: string, now: () => number): { knowledge: Knowledge; memory: Memory; library: Library } {
  const knowledge = openKnowledge(join(dataDir, 'knowledge'));
  const memory = openMemory(join(dataDir, 'MEMORY.md'));
  return {
    knowledge,
    memory,
    library: {
      search: async (question) => describeNotes(await knowledge.search(question)),
      remember: (rule, by) => memory.add(rule, `<@${by}>`, new Date(now()).toISOString().slice(0, 10)),
    },
  };
}
