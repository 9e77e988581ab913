import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteWord } from '../../../src/core/jobs/quote.ts';
import { Choices } from '../../../src/core/permissions/choices.ts';
import { expandWord } from '../../../src/core/permissions/expand.ts';
import { readPieces } from '../../../src/core/permissions/read-pieces.ts';
import fc from '../../support/properties.ts';
import { corpus, judge, parse, RANK } from './helpers.ts';

const plain = corpus.filter((row) => row.site === 'slurm' && !/[\0\r\u00A0\u2000-\u206F]/.test(row.command));
/** Whole lines that can stand anywhere in another one: no here-document, no comment, nothing unfinished. */
const complete = plain.filter((row) => parse(row.command).script !== null && !/<<|#/.test(row.command));
const allowed = complete.filter((row) => row.verdict === 'allow').map((row) => row.command);
const others = complete.filter((row) => row.verdict !== 'allow');
const anAllowed = fc.constantFrom(...allowed);
const another = fc.constantFrom(...others);

/** Ways to have both run in one line. */
const JOINED: readonly ((a: string, b: string) => string)[] = [
  (a, b) => `${a}\n${b}`,
  (a, b) => `${a} && ${b}`,
  (a, b) => `${a} || ${b}`,
  (a, b) => `{ ${a}\n}; { ${b}\n}`,
  (a, b) => `(${a}\n) | (${b}\n)`,
  (a, b) => `(${b}\n) | (${a}\n)`,
  (a, b) => `if ${a}\nthen ${b}\nfi`,
  (a, b) => `while ${b}\ndo ${a}\ndone`,
  (a, b) => `for i in 1 2\ndo ${a}\n${b}\ndone`,
  (a, b) => `case x in x) ${a}\n${b}\n;; esac`,
  (a, b) => `${a}; echo "$(${b}\n)"`,
  (a, b) => `${a}; echo <(${b}\n)`,
  (a, b) => `f() { ${b}\n}; ${a}; f`,
  (a, b) => `${a}; sh -c ${quoteWord(b)}`,
  (a, b) => `${a}; bash -c ${quoteWord(`bash -c ${quoteWord(b)}`)}`,
  (a, b) => `${a}; env A=1 sh -c ${quoteWord(b)}`,
  (a, b) => `${a}; ls | xargs -n1 sh -c ${quoteWord(b)}`,
  (a, b) => `${a}; timeout 5 nice sh -c ${quoteWord(b)}`,
  (a, b) => `${a}; eval ${quoteWord(b)}`,
  (a, b) => `${a}; bash <<'END'\n${b}\nEND`,
  (a, b) => `${a}; find . -exec sh -c ${quoteWord(b)} \\;`,
];

describe('composition', () => {
  it('never allows an allowed command with one that is not', () => {
    fc.assert(
      fc.property(anAllowed, another, fc.constantFrom(...JOINED), (a, b, join) => {
        expect(`${join(a, b.command)} → ${judge(join(a, b.command)).verdict}`).not.toMatch(/→ allow$/);
      }),
      { numRuns: 1500 },
    );
  });

  it('keeps what is refused refused', () => {
    const refused = others.filter((row) => row.verdict === 'refuse' && !/^(?:cd|\.\.)/.test(row.command));
    fc.assert(
      fc.property(
        anAllowed.filter((a) => !/\bcd\b|^f\(|last\(/.test(a)),
        fc.constantFrom(...refused),
        fc.constantFrom(...JOINED.slice(0, 18)),
        (a, b, join) => {
          expect({ line: join(a, b.command), verdict: judge(join(a, b.command)).verdict }).toMatchObject({ verdict: 'refuse' });
        },
      ),
      { numRuns: 600 },
    );
  });

  it('still allows what is put together of allowed commands', () => {
    fc.assert(
      fc.property(anAllowed, anAllowed, fc.constantFrom('\n', ' && ', ' || '), (a, b, operator) => {
        const line = `( ${a}\n)${operator}( ${b}\n)`;
        expect({ line, ...judge(line) }).toMatchObject({ verdict: 'allow' });
      }),
      { numRuns: 800 },
    );
  });
});

/** Spells one plain word in ways that bash reads as the same word. */
const aSpelling = fc.constantFrom<(word: string) => string>(
  (word) => `'${word}'`,
  (word) => `"${word}"`,
  (word) => `${word.slice(0, 1)}''${word.slice(1)}`,
  (word) => `"${word.slice(0, 2)}"${word.slice(2)}`,
  (word) => `\\${word}`,
  (word) => `$'${word}'`,
  (word) => `$'\\x${word.charCodeAt(0).toString(16)}'${word.slice(1)}`,
  (word) => `$"${word}"`,
  (word) => `${word.slice(0, 1)}\\\n${word.slice(1)}`,
  (word) => `$(echo ${word})`,
  (word) => `\`echo ${word}\``,
  (word) => `\${NOTHING_SET_THIS:-${word}}`,
);

describe('spelling', () => {
  const simple = plain.filter(
    (row) =>
      /^[a-z][a-z0-9-]+ [\w ./~-]+$/.test(row.command) &&
      !/^(?:time|coproc|if|for|while|case|declare|export|readonly|typeset|local|unset|function|select)\b/.test(row.command),
  );

  it('is never judged less strictly than the plain word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...simple), aSpelling, ({ command, verdict }, spell) => {
        const [program = '', ...rest] = command.split(' ');
        const line = [spell(program), ...rest].join(' ');
        expect(RANK[judge(line).verdict]).toBeGreaterThanOrEqual(RANK[verdict]);
      }),
      { numRuns: 800 },
    );
  });
});

describe('hostile text', () => {
  const soup = fc.array(
    fc.oneof(
      fc.constantFrom(
        'ls',
        'rm -rf /',
        '$(',
        '`',
        ')',
        "'",
        '"',
        '\\',
        '\n',
        ';',
        '&&',
        '|',
        '<<E\n',
        '\nE\n',
        '{',
        '}',
        '((',
        '))',
        '[[',
        '$',
        '${',
        '#',
        '\0',
        '\r',
        '\u202E',
        '\uE002',
        '\uFFFD',
        '<(',
        '>',
        '=',
        'x',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 30 },
  );

  it('never throws, always answers with a reason', () => {
    fc.assert(
      fc.property(soup, (parts) => {
        const { verdict, reasons } = judge(parts.join(' '));
        expect(RANK[verdict]).toBeGreaterThanOrEqual(0);
        expect(reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });

  it('is never allowed where it holds what cannot be seen', () => {
    const hidden = fc.constantFrom(
      '\0',
      '\r',
      '\u001B',
      '\u00A0',
      '\u200B',
      '\u202E',
      '\u2066',
      '\uFEFF',
      '\uE000',
      '\uE002',
      '\uFFFD',
      '\uD800',
    );
    fc.assert(
      fc.property(anAllowed, hidden, fc.nat(), (command, mark, at) => {
        const place = at % (command.length + 1);
        expect(judge(command.slice(0, place) + mark + command.slice(place)).verdict).not.toBe('allow');
      }),
      { numRuns: 300 },
    );
  });
});

describe('beside the real bash', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'judge-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'canary'), '#!/bin/sh\n: > "$CANARY/ran"\n');
    chmodSync(join(folder, 'bin', 'canary'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const bash = (script: string, cwd: string) =>
    spawnSync('/bin/bash', ['-c', script], {
      cwd,
      env: { PATH: join(folder, 'bin'), CANARY: cwd, HOME: cwd },
      timeout: 10_000,
      encoding: 'buffer',
    });

  const aPiece = fc.oneof(
    fc.constantFrom(
      'a',
      'b-c',
      '/x',
      "'q r'",
      '"d e"',
      '"\\$x \\" \\q"',
      "'\\'",
      '\\ ',
      '\\$',
      "$'t\\tn\\n\\x41\\101\\u0042'",
      '$"t"',
      "''",
      '{p,q}',
      '{1,2}{3,4}',
      '{a',
      'a}',
      '{x}',
      '{a..c}',
      '{,s}',
      '=',
      ',',
      '%',
      '#',
      '\\\n',
      '"{a,b}"',
      '$',
      '!',
    ),
    fc.stringMatching(/^[a-z.:@+]{1,4}$/),
  );

  it('finds the words that bash finds', () => {
    const cases = fc.sample(
      fc.array(
        fc.array(aPiece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 4 },
      ),
      200,
    );
    for (const words of cases) {
      const line = `printf '%s\\0' ${words.join(' ')}`;
      const parsed = parse(line);
      const statement = parsed.script?.[0];
      if (parsed.script?.length !== 1 || statement?.kind !== 'command') continue;
      let understood = true;
      const fields = statement.words.flatMap((word) =>
        expandWord(
          readPieces(word),
          {
            lookUp: () => null,
            run: () => '',
            home: () => '~',
            onVariable: () => (understood = false),
            onArithmetic: () => {},
            onOpaque: () => (understood = false),
            onAssign: () => {},
          },
          new Choices(),
        ),
      );
      if (!understood) continue;
      const seen = bash(line, folder);
      if (seen.status !== 0 || fields.length < 3) continue;
      expect({ line, words: fields.slice(2).map((field) => field.text) }).toEqual({
        line,
        words: seen.stdout.toString().split('\0').slice(0, -1),
      });
    }
  });

  const token = fc.constantFrom(
    'echo',
    'true',
    'canary',
    'canary',
    ' ',
    ' ',
    ' ',
    "'",
    '"',
    '\\',
    '$(',
    '`',
    ')',
    '(',
    '{',
    '}',
    ';',
    '&&',
    '||',
    '|',
    '\n',
    '<<E\n',
    '<<"E"\n',
    '\nE\n',
    '#',
    ' #',
    "$'",
    '\\x63',
    'anary',
    '$',
    '${',
    'x',
    '=',
    ',',
    '&',
    '>',
    '>f',
    '<',
    '<<<',
    '$((',
    '))',
    '[[ ',
    ' ]]',
    '[ ',
    ' ]',
    'if ',
    '; then ',
    '; fi',
    'for i in ',
    '; do ',
    '; done',
    ';;',
    '!',
    '\t',
    'a[',
    ']',
    '2>',
    '1',
    '-',
    ':',
    '~',
    '*',
    '?',
    'eval ',
    'command ',
    '$x',
    'x=canary',
    'x=echo;',
    'x() ',
    '\\\n',
    ':-',
    '+',
    'E',
    '\\ ',
    '$"',
    '{a,canary}',
    '|&',
    '<(',
    '>(',
  );

  it('allows no line in which bash would start a program that is not on the list or write a file', () => {
    const lines = fc.sample(
      fc
        .tuple(fc.constantFrom('echo ', 'true', ''), fc.array(token, { minLength: 2, maxLength: 12 }))
        .map(([start, parts]) => start + parts.join('')),
      6000,
    );
    const suspects = lines.filter((line) => /anary|>|x/.test(line) && judge(line).verdict === 'allow');
    expect(suspects.length).toBeGreaterThan(30);
    for (const line of suspects) {
      const cwd = mkdtempSync(join(folder, 'run-'));
      bash(line, cwd);
      expect({ line, files: readdirSync(cwd) }).toEqual({ line, files: [] });
    }
  });
});
