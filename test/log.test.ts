import { expect, it } from 'vitest';
import { createLog } from '../src/log.ts';

it('writes JSON lines without secrets, whatever an error quotes', () => {
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line) => void lines.push(line) });
  const key = ['hf', 'aB3dE5gH7jK9mN1pQ3sT5vX7'].join('_');
  log.warn({ err: new Error(`git clone https://ben:${key}@host/x: denied`) }, 'cloning');
  log.info({ env: { WANDB_API_KEY: '0123456789abcdef0123' } }, 'a plain line');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['cloning', 'a plain line']);
  expect(lines.join('')).not.toContain(key);
  expect(lines.join('')).not.toContain('0123456789abcdef0123');
});
