import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { MOST_RULES, openMemory } from '../../src/agent/memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('rules of a lab are kept one a line, once each, and stay few', async () => {
  const memory = openMemory(join(folder, 'deep', 'MEMORY.md'));
  expect(await memory.read()).toBe('');
  expect(await memory.add('MIOpen caches\nlie in /tmp.', '<@U1>', '2026-11-27')).toBeNull();
  expect(await memory.add('MIOpen caches lie in /tmp.', '<@U2>', '2026-11-28')).toBeNull();
  expect(await memory.read()).toBe('# What this lab has learned to mind\n\n- MIOpen caches lie in /tmp. (<@U1>, 2026-11-27)\n');
  expect(await memory.add(' \n', '<@U1>', '2026-11-27')).toContain('no rule');
  expect(await memory.add('x'.repeat(301), '<@U1>', '2026-11-27')).toContain('at most 300');
  for (let rule = 1; rule < MOST_RULES; rule += 1) expect(await memory.add(`rule ${rule}`, '<@U1>', '2026-11-27')).toBeNull();
  expect(await memory.add('one more', '<@U1>', '2026-11-27')).toContain(`${MOST_RULES} rules already`);
});
