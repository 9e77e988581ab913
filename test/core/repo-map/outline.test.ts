import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ModulePool } from '../../../src/core/repo-map/outline/lazy-module.ts';
import { readOutline, type Outline } from '../../../src/core/repo-map/outline/outline.ts';
import type { PyAssignment, PyCall } from '../../../src/core/repo-map/python.ts';
import fc from '../../support/properties.ts';
import { parse } from './helpers.ts';

/** What the parser says of the same things; where the outline leaves a question to it, its own answer. */
function parseOutline(text: string, outline: Outline): Omit<Outline, 'boundAtTop' | 'named'> {
  const { imports, classes, definitions, mainLine, python2Line, worksAtTop } = parse(text);
  const named = definitions.map(({ name, inClass }) => ({ name, inClass }));
  const works = outline.worksAtTop === null ? null : worksAtTop;
  return { imports, classes, definitions: named, mainLine, python2Line, worksAtTop: works };
}

function expectAgreement(text: string): void {
  const outline = readOutline(text);
  if (outline === null) return;
  const { boundAtTop, named: _, ...rest } = outline;
  expect(rest).toEqual(parseOutline(text, outline));
  for (const name of parse(text).boundAtTop.keys()) if (/^[\w.]+$/.test(name)) expect([...boundAtTop.keys()]).toContain(name);
}

/** Calls and assignments that are read apart stand in the functions and classes in which they stand in the whole file. */
function expectSamePlaces(text: string): void {
  const whole = parse(text);
  const apart = new ModulePool(parse).open('a.py', text);
  const places = [...text.matchAll(/\b(?:print|run|getLogger|open|add_argument)\(/g)].map((match) => match.index);
  const calls = (all: readonly PyCall[]) =>
    all
      .filter(({ name }) => /(?:^|\.)(?:print|run|getLogger|open|add_argument)$/.test(name))
      .map(({ name, line, inFunction }) => ({ name, line, inFunction }));
  expect(calls(apart.callsAt(places))).toEqual(calls(whole.calls));
  const assigned = (all: readonly PyAssignment[], name: string) =>
    all.filter((item) => item.target === name && item.inFunction === null).map(({ line, inClass }) => ({ line, inClass }));
  for (const name of ['x', 'a.b', 'logger', 'parser'])
    expect(apart.assignedAtTop(name).map(({ line, inClass }) => ({ line, inClass }))).toEqual(assigned(whole.assignments, name));
}

const STATEMENTS = [
  'import os',
  'import os.path as p, sys',
  'import a; import b',
  'from . import x',
  'from ..a.b import (c as d,\n    e,  # one\n)',
  'from a import *',
  'from a import b, \\\n    c',
  'from __future__ import division',
  "x = 'import no'",
  '"""\nimport no\n"""',
  'x = """a\n\'import no"""',
  '# import no',
  'x = [1,\n2, # (\n3]',
  'print("a")',
  'run(1)',
  'logger = getLogger("a")',
  'a.b = c(d)(e)',
  "f = f'{g(x)}'",
  'x: int = 3',
  'a = b = {"c": d(1)}',
  'pass',
];
const HEADS = [
  'if TYPE_CHECKING:',
  "if __name__ == '__main__':",
  'try:',
  'for i in range(3):',
  'while a(b):',
  'with open(x) as f:',
  'def f(a, b={"c": lambda: 1}) -> Dict[str, int]:',
  'async def g():',
  'class A:',
  'class D(\n    Base,\n    nn.Module,\n):',
  'for a in sorted(b, key=lambda x: x["("]):',
  'class B(nn.Module, metaclass=M):',
  '@dataclass(frozen=True)\nclass C(A[int]):',
  '@a.b\ndef h():',
];
const indent = (text: string) => text.replaceAll(/^/gm, '    ');
const { program } = fc.letrec<{ program: string; block: string }>((tie) => ({
  program: fc
    .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...STATEMENTS) }, tie('block')), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('\n')),
  block: fc.tuple(fc.constantFrom(...HEADS), tie('program')).map(([head, body]) => {
    const inner = /"""\n/.test(body) ? 'pass' : body;
    const tail = head === 'try:' ? '\nexcept ImportError:\n    import z' : head.startsWith('if') ? '\nelse:\n    import w' : '';
    return `${indent(head).replaceAll(/^ {4}/gm, '')}\n${indent(inner)}${tail}`;
  }),
}));

describe('readOutline', () => {
  it('agrees with the parser on made-up programs', () => {
    fc.assert(
      fc.property(program, (text) => {
        expectAgreement(`${text}\n`);
        expectSamePlaces(`${text}\n`);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the parser on every Python file of the fixtures', () => {
    const root = new URL('../../fixtures/repos/', import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.py'));
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      const text = readFileSync(new URL(file, root), 'utf8');
      expectAgreement(text);
      expectSamePlaces(text);
    }
  });

  it('answers for ordinary code and leaves what is odd to the parser', () => {
    for (const statement of STATEMENTS) expect(readOutline(statement)).not.toBeNull();
    for (const odd of [
      'print "a"',
      'x = (1',
      "x = 'a",
      'x = `a`',
      '!ls',
      '"""a',
      'if lambda: 1: pass',
      'if f("(") or lambda: 1: pass',
      'from import a',
    ])
      expect(readOutline(odd)).toBeNull();
  });
});
