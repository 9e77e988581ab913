import { describe, expect, it } from 'vitest';
import { readFolder } from '../../src/core/notebook/folder.ts';
import { runChecks } from '../../src/core/notebook/run-checks.ts';
import { loadChecks } from '../../src/notebooks/open-notebook.ts';
import { createTreeParser } from '../../src/python/parser.ts';
import { createLinter } from '../../src/python/ruff.ts';
import { makeFiles } from './make-folder.ts';

const checks = await loadChecks();
const tools = { parse: await createTreeParser(), lint: createLinter() };
const examples = checks.flatMap((check) =>
  check.examples.map((example, index) => ({ id: check.id, example, name: `${check.id} ${String(index + 1)}` })),
);
const nearMisses = checks.flatMap((check) =>
  check.nearMisses.map((example, index) => ({ id: check.id, example, name: `${check.id} ${String(index + 1)}` })),
);

describe('notebook checks', () => {
  it('each has an example and a near miss', () => {
    for (const check of checks) expect([check.id, check.examples.length > 0, check.nearMisses.length > 0]).toEqual([check.id, true, true]);
  });

  it.each(examples)('finds its example: $name', ({ id, example }) => {
    const verdict = runChecks(readFolder(makeFiles(example), tools), checks);
    const found = [...verdict.errors, ...verdict.warnings].filter((finding) => finding.check === id);
    expect(found.length, JSON.stringify(verdict)).toBeGreaterThan(0);
    const wanted = {
      ...(example.level && { level: example.level }),
      ...(example.line && { line: example.line }),
      ...(example.cell && { cell: example.cell }),
    };
    expect(found).toContainEqual(expect.objectContaining(wanted));
    for (const finding of found) {
      expect(finding.message).toMatch(/[.:]$/);
      expect(finding.fix).toMatch(/\.$/);
    }
    // What blocks an example must be what it is an example of.
    expect(verdict.errors.filter((finding) => finding.check !== id)).toEqual([]);
  });

  it.each(nearMisses)('blocks no near miss: $name', ({ id, example }) => {
    const verdict = runChecks(readFolder(makeFiles(example), tools), checks);
    expect(verdict.errors).toEqual([]);
    expect(verdict.warnings.filter((finding) => finding.check === id)).toEqual([]);
  });
});
