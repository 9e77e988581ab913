import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { Tier } from '../core/agent-session/schema.ts';
import { ReprobotError } from '../errors.ts';

/** The public Agent Skills format, with what we need besides under `metadata`. */
const Front = z.looseObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    .max(64),
  description: z.string().min(1).max(1024),
  metadata: z
    .looseObject({
      tier: Tier.default('fast'),
      tools: z.string().default(''),
      inputs: z.string().default(''),
      outputs: z.string().default(''),
    })
    .prefault({}),
});

export interface Skill {
  readonly name: string;
  readonly description: string;
  readonly tier: Tier;
  /** Names of tools; all of them when empty. */
  readonly tools: readonly string[];
  readonly inputs: string;
  readonly outputs: string;
  /** Folder of SKILL.md; references and scripts lie beside it. */
  readonly folder: string;
}

/** Where skills lie: ours, then those of a lab, where it has a folder of its own. */
export function listSkillFolders(own: string | undefined): string[] {
  return [fileURLToPath(new URL('../../skills/', import.meta.url)), ...(own === undefined ? [] : [own])];
}

/** What every prompt may know of a skill: its name and what it is for. The instructions are read when it is used. */
export async function listSkills(folders: readonly string[]): Promise<Skill[]> {
  const skills = new Map<string, Skill>();
  for (const folder of folders) {
    const names = (await readdir(folder).catch((): string[] => [])).sort();
    for (const name of names) {
      const path = join(folder, name, 'SKILL.md');
      // A lab's own skill of the same name takes the place of ours.
      if (existsSync(path)) skills.set(name, (await readSkillFile(path, name)).skill);
    }
  }
  return [...skills.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The instructions of a skill. */
export async function readInstructions(skill: Skill): Promise<string> {
  return (await readSkillFile(join(skill.folder, 'SKILL.md'), skill.name)).instructions;
}

/** Files beside the instructions of a skill, such as references and scripts; what it is measured by is not among them. Links are not followed. */
export async function listReferences({ folder }: Skill): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'SKILL.md' && !path.startsWith(`evals${sep}`))
    .sort();
}

/** A file beside the instructions; null for what is not among them. */
export async function readReference(skill: Skill, path: string): Promise<string | null> {
  return (await listReferences(skill)).includes(path) ? readFile(join(skill.folder, path), 'utf8') : null;
}

/** What a lab tells every session in its own folder of skills; empty where it tells nothing. */
export function readHouseRules(own: string | undefined): Promise<string> {
  return own === undefined ? Promise.resolve('') : readFile(join(own, 'CLAUDE.md'), 'utf8').catch(() => '');
}

async function readSkillFile(path: string, folderName: string): Promise<{ skill: Skill; instructions: string }> {
  const text = await readFile(path, 'utf8');
  const parts = /^---\r?\n([^]*?)\r?\n---\r?\n([^]*)$/.exec(text);
  if (parts === null) throw wrongSkill(path, 'it does not begin with a block between two lines ---');
  const parsed = Front.safeParse(readYaml(path, parts[1] ?? ''));
  if (!parsed.success) throw wrongSkill(path, z.prettifyError(parsed.error).replaceAll('\n', '; '));
  const { name, description, metadata } = parsed.data;
  if (name !== folderName) throw wrongSkill(path, `its name is ${name}, and its folder is called ${folderName}`);
  const { tier, tools, inputs, outputs } = metadata;
  return {
    skill: { name, description, tier, tools: tools.split(/[\s,]+/).filter(Boolean), inputs, outputs, folder: join(path, '..') },
    instructions: (parts[2] ?? '').trim(),
  };
}

function readYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw wrongSkill(path, cause instanceof Error ? (cause.message.split('\n')[0] ?? 'not YAML') : 'not YAML');
  }
}

function wrongSkill(path: string, why: string): ReprobotError {
  return new ReprobotError({ code: 'config.invalid', doing: `reading ${path}`, why, remedy: 'Correct the head of the file.' });
}
