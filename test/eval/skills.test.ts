/** `npm run eval:skills` against the stand-in: one scripted model that answers, one that judges. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Player } from '../../src/stand-ins/model/player.ts';
import { startModelStandIn, type ModelStandIn } from '../../src/stand-ins/model/server.ts';

const ANSWER = 'tail shows "Unexpected EOF": the archive is incomplete, 41 GB of 138 GB.';

/** Answers as an engineer; as a judge it holds a criterion to be met when a word of it stands in the answer. */
const scripted: Player = ({ system, said }) => {
  if (!system.startsWith('You judge')) return { content: [{ type: 'text', text: said.includes('train.tar') ? ANSWER : 'I do not know.' }] };
  const answer = /<answer>\n([^]*?)\n<\/answer>/.exec(said)?.[1] ?? '';
  const criteria = [...said.matchAll(/^(\d+)\. The answer (.+)$/gm)].map(([, number, text = '']) => ({
    number: Number(number),
    evidence: answer.slice(0, 20),
    holds: text.includes('incomplete') ? answer.includes('incomplete') : answer.includes('verified'),
  }));
  return { content: [{ type: 'text', text: JSON.stringify({ criteria }) }] };
};

let standIn: ModelStandIn;
beforeAll(async () => {
  standIn = await startModelStandIn({ player: scripted });
});
afterAll(() => standIn.close());

async function evaluate(words: string[], env: Record<string, string>): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/eval/skills.ts', ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  child.stderr.on('data', (part: Buffer) => (text += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, text };
}

it('says what it needs where there is no key', async () => {
  const { code, text } = await evaluate([], {});
  expect(code).toBe(2);
  expect(text).toContain('set ANTHROPIC_API_KEY');
  expect(standIn.calls).toHaveLength(0);
});

it('prints what was judged and what it cost, and says by its exit code whether there was a fault', async () => {
  const env = { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: standIn.url };
  const good = await evaluate(['verify-assets', '--answers'], env);
  expect(good.text).toContain(ANSWER);
  expect(good.text).toMatch(/verify-assets\/truncated {2}2\/2 {2}\$0\.\d{4} {2}claude-/);
  expect(good.text).toContain('1 of 1 situations without a fault');
  expect(good.code).toBe(0);
  const judge = standIn.calls.at(-1)?.request;
  expect(judge).toMatchObject({ model: 'claude-opus-5-5', output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } });

  const bad = await evaluate(['research-diary'], env);
  expect(bad.code).toBe(1);
  expect(bad.text).toContain('lacks: one sentence, with the job and the reason');
  expect((await evaluate(['no-such-skill'], env)).code).toBe(2);
});
