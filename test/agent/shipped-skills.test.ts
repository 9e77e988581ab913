import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACTS } from '../../src/agent/acts.ts';
import { listSkills, readInstructions, type Skill } from '../../src/agent/skills.ts';
import { readCases } from '../eval/judge-skill.ts';

const FOLDER = fileURLToPath(new URL('../../skills/', import.meta.url));
const skills: Skill[] = await listSkills([FOLDER]);
const tools = new Set([
  ...(await readdir(fileURLToPath(new URL('../../src/agent/tools/', import.meta.url)))).map((file) => file.replace(/\.ts$/, '')),
  ...ACTS.map((one) => one.name),
]);

describe('the skills that ship', () => {
  it('are those of the design', () => {
    expect(skills.map((skill) => skill.name)).toEqual([
      'diagnose-failure',
      'fetch-assets',
      'monitor-slurm',
      'navigate-repo',
      'research-diary',
      'resolve-deps',
      'sample-run',
      'verify-assets',
    ]);
  });

  it.each(skills.map((skill) => [skill.name, skill] as const))('%s names tools that there are, and fits a prompt', async (_name, skill) => {
    expect(skill.tools.filter((tool) => !tools.has(tool))).toEqual([]);
    const text = await readInstructions(skill);
    expect(text.length).toBeGreaterThan(500);
    expect(text.length).toBeLessThan(6_000);
  });

  it.each(skills.map((skill) => [skill.name, skill] as const))('%s has situations to measure it by', async (_name, skill) => {
    const files = (await readdir(join(skill.folder, 'evals'))).filter((file) => file.endsWith('.yaml'));
    expect(files.length).toBeGreaterThan(0);
    const cases = await readCases(skill);
    expect(cases.map((one) => `${one.name}.yaml`)).toEqual(files.sort());
  });
});
