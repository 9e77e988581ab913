import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Rules that every prompt carries; more would be read by nobody, people and models alike. */
export const MOST_RULES = 40;
const LONGEST = 300;

/** MEMORY.md of a workspace: the rules and traps that people keep, one a line. */
export interface Memory {
  /** The whole file; empty when there is none. */
  read(): Promise<string>;
  /** Adds a rule with who said it and when; what was wrong with it, or null. The same rule again changes nothing. */
  add(rule: string, by: string, date: string): Promise<string | null>;
}

/** Opens a memory file, which need not be there yet. */
export function openMemory(path: string): Memory {
  const read = (): Promise<string> => readFile(path, 'utf8').catch(() => '');
  return {
    read,
    add: async (rule, by, date) => {
      const line = rule.replace(/\s+/g, ' ').trim();
      if (line === '') return 'There is no rule in that.';
      if (line.length > LONGEST) return `A rule has at most ${LONGEST} characters; this has ${line.length}.`;
      const text = (await read()) || '# What this lab has learned to mind\n\n';
      const rules = text.split('\n').filter((one) => one.startsWith('- '));
      if (rules.some((one) => one.startsWith(`- ${line} (`))) return null;
      if (rules.length >= MOST_RULES) return `There are ${rules.length} rules already. Take one out of MEMORY.md first.`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.tmp`, `${text.trimEnd()}\n${rules.length === 0 ? '\n' : ''}- ${line} (${by}, ${date})\n`);
      await rename(`${path}.tmp`, path);
      return null;
    },
  };
}
