import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFolder } from '../../src/core/notebook/folder.ts';
import { runChecks } from '../../src/core/notebook/run-checks.ts';
import { createFolderReader, loadChecks } from '../../src/notebooks/open-notebook.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';
import { readCases, type NotebookCase } from './notebook-cases.ts';
import { renderScores, scoreCase, scoreRules, type Scored } from './score-checks.ts';

const cases = readCases(fileURLToPath(new URL('../fixtures/notebooks', import.meta.url)));
const checks = await loadChecks();
const read = await createFolderReader();
const tools = { parse: await createTreeParser(), lint: createLinter() };

async function judge(one: NotebookCase): Promise<Scored> {
  const folder = 'folder' in one.source ? await read(one.source.folder) : readFolder(one.source.files, tools);
  return scoreCase(one, runChecks(folder, checks));
}

describe('our own notebooks', () => {
  it('are at least 40 that fail and 30 that do well', () => {
    expect(cases.filter((one) => one.failed).length).toBeGreaterThanOrEqual(40);
    expect(cases.filter((one) => !one.failed).length).toBeGreaterThanOrEqual(30);
  });

  it.each(cases.filter((one) => one.failed))('blocked for the true reason: $name', async (one) => {
    expect(one.reasons).not.toEqual([]);
    const scored = await judge(one);
    expect(scored, JSON.stringify(scored.verdict.errors)).toMatchObject({ blocked: true, true: true });
  });

  it.each(cases.filter((one) => !one.failed))('not blocked: $name', async (one) => {
    expect((await judge(one)).verdict.errors).toEqual([]);
  });
});

describe('the score of the checks', () => {
  const verdict = (check: string | null) => {
    const errors = check === null ? [] : [{ check, level: 'error' as const, message: 'm.', cell: 1, line: 2, fix: 'f.' }];
    return { passed: errors.length === 0, errors, warnings: [] };
  };
  const one = (name: string, failed: boolean, reasons: string[]): NotebookCase => ({ name, failed, reasons, source: { files: [] } });
  const scored = [
    scoreCase(one('failing/a.py', true, ['secret_missing']), verdict('secrets')),
    scoreCase(one('failing/b.py', true, ['dataset_missing']), verdict('secrets')),
    scoreCase(one('failing/c.py', true, []), verdict(null)),
    scoreCase(one('passing/d.py', false, []), verdict('gpu')),
  ];
  const rules = scoreRules(scored, ['secrets', 'gpu']);

  it('tells the true reason from another, and names a rule that is more often wrong than right', () => {
    expect(scored.map((item) => [item.blocked, item.true])).toEqual([
      [true, true],
      [true, false],
      [false, false],
      [true, false],
    ]);
    expect(rules).toEqual([
      { check: 'secrets', right: 1, beside: 1, wrong: 0, warned: 0 },
      { check: 'gpu', right: 0, beside: 0, wrong: 1, warned: 0 },
    ]);
    const table = renderScores(scored, rules);
    expect(table).toContain('failing notebooks: 3, blocked 2, for the true reason 1');
    expect(table).toContain('good notebooks: 1, blocked 1');
    expect(table).toContain('missed: failing/b (dataset_missing), blocked by secrets');
    expect(table).toContain('to be switched off: gpu has 1 false and 0 true alarms');
  });
});
