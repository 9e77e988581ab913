/**
 * Measures the skills against a real model: npm run eval:skills -- [SKILL …] [--answers] [--fast MODEL] [--strong MODEL]
 * With ANTHROPIC_API_KEY, and ANTHROPIC_BASE_URL where it is not Anthropic's own. 0: no fault; 1: faults; 2: no key, or no such skill.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { listSkills } from '../../src/agent/skills.ts';
import { drawTable, judgeCase, readCases, type Endpoint, type Judged } from './judge-skill.ts';

const out = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      answers: { type: 'boolean', default: false },
      fast: { type: 'string', default: 'claude-haiku-5-5' },
      strong: { type: 'string', default: 'claude-opus-5-5' },
    },
  });
  const apiKey = process.env['ANTHROPIC_API_KEY'] ?? '';
  if (apiKey === '') {
    out(
      'The skills are measured against a real model: set ANTHROPIC_API_KEY (and ANTHROPIC_BASE_URL for another endpoint). Nothing was run.',
    );
    return 2;
  }
  const endpoint: Endpoint = {
    apiKey,
    baseUrl: process.env['ANTHROPIC_BASE_URL'] ?? null,
    models: { fast: values.fast, strong: values.strong },
  };
  const skills = await listSkills([fileURLToPath(new URL('../../skills/', import.meta.url))]);
  const unknown = positionals.filter((name) => !skills.some((skill) => skill.name === name));
  if (unknown.length > 0) {
    out(`There is no skill ${unknown.join(', ')}. There are: ${skills.map((skill) => skill.name).join(', ')}`);
    return 2;
  }
  const all: Judged[] = [];
  for (const skill of skills.filter((one) => positionals.length === 0 || positionals.includes(one.name))) {
    for (const situation of await readCases(skill)) all.push(await judgeCase(endpoint, skill, situation));
  }
  if (values.answers) for (const one of all) out(`--- ${one.skill}/${one.name}\n${one.answer}\n`);
  out(drawTable(all));
  return all.every((one) => one.faults.length === 0) ? 0 : 1;
}

process.exitCode = await main();
