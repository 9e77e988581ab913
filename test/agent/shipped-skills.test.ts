import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ACTS, describeHandOver } from '../../src/agent/acts.ts';
import { listSkills, readInstructions, type Skill } from '../../src/agent/skills.ts';
import { TIERS } from '../../src/core/experiment/agents/session.ts';
import { AgentStage, nameSkill } from '../../src/core/experiment/hand-over/index.ts';
import { readCases } from '../eval/judge-skill.ts';

const FOLDER = fileURLToPath(new URL('../../skills/', import.meta.url));
const skills: Skill[] = await listSkills([FOLDER]);
const tools = new Set([
  ...(await readdir(fileURLToPath(new URL('../../src/agent/tools/', import.meta.url)))).map((file) => file.replace(/\.ts$/, '')),
  ...ACTS.map((one) => one.name),
  describeHandOver('entrance').name,
]);

describe('the skills that ship', () => {
  it('are those of the design', () => {
    expect(skills.map((skill) => skill.name)).toEqual([
      'architect',
      'builder-data',
      'builder-model',
      'diagnose-failure',
      'entrance',
      'evaluator',
      'fetch-assets',
      'monitor-slurm',
      'navigate-repo',
      'research-diary',
      'researcher',
      'resolve-deps',
      'sample-run',
      'verify-assets',
    ]);
  });

  it.each(AgentStage.options)('%s of an experiment is worked on with the tier that its skill names, and can be handed over', (stage) => {
    const skill = skills.find((one) => one.name === nameSkill(stage));
    expect(skill?.tier).toBe(TIERS[stage]);
    expect(skill?.tools).toEqual(expect.arrayContaining(['look-up', 'hand-over', 'give-up']));
    expect(skill?.tools).not.toContain('run');
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
