import { describe, expect, it } from 'vitest';
import { answerRow } from '../../../src/core/diagnosis/answer-row.ts';
import { diagnose } from '../../../src/core/diagnosis/diagnose.ts';
import type { FailureClass } from '../../../src/core/diagnosis/failure-class.ts';
import { Failure } from '../../../src/core/failure.ts';
import { loadPlugins } from '../../../src/plugins.ts';
import { CORPUS, readCorpus } from '../../eval/read-corpus.ts';
import fc from '../../support/properties.ts';

const classes = await loadPlugins<FailureClass>(new URL('../../../src/failures/', import.meta.url));
const texts = (await readCorpus(CORPUS)).map((row) => row.text);
const states = fc.constantFrom(null, 'FAILED', 'COMPLETED', 'TIMEOUT', 'OUT_OF_MEMORY', 'CANCELLED by 7', '');
const wild = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('utf8'));

/** What happens to logs on their way: cut anywhere, lines lost, doubled or swapped, bytes put in, ranks mixed, line ends of all kinds. */
const mutated = fc
  .record({
    text: fc.constantFrom(...texts),
    other: fc.constantFrom(...texts),
    cut: fc.nat(400),
    insert: wild,
    kind: fc.constantFrom('cut start', 'cut end', 'insert', 'interleave', 'repeat', 'returns', 'shout', 'one line', 'prefix'),
  })
  .map(({ text, other, cut, insert, kind }) => {
    const at = Math.min(cut, text.length);
    if (kind === 'cut start') return text.slice(at);
    if (kind === 'cut end') return text.slice(0, at);
    if (kind === 'insert') return text.slice(0, at) + insert + text.slice(at);
    if (kind === 'repeat') return `${text}\n`.repeat(1 + (cut % 9));
    if (kind === 'returns') return text.replaceAll('\n', '\r');
    if (kind === 'shout') return text.toUpperCase();
    if (kind === 'one line') return text.replaceAll('\n', ' ');
    if (kind === 'prefix') return text.replaceAll(/^/gm, `[rank${cut % 8}]: `);
    const others = other.split('\n');
    return text
      .split('\n')
      .flatMap((line, index) => [`0: ${line}`, `1: ${others[index] ?? ''}`])
      .join('\n');
  });

function expectPromises(log: string, schedulerState: string | null): void {
  const failure = diagnose({ log, schedulerState }, classes);
  const parsed = Failure.safeParse(failure);
  expect(parsed.error?.message).toBeUndefined();
  const lines = log.split('\n').map((line) => line.replace(/\r$/, ''));
  if (failure.evidence !== null) expect(lines[failure.evidence.line - 1]?.startsWith(failure.evidence.text)).toBe(true);
  for (const link of failure.chain ?? []) expect(link.line).toBeLessThanOrEqual(lines.length);
  expect(diagnose({ log, schedulerState }, classes)).toEqual(failure);
}

describe('diagnose on hostile text', () => {
  it('keeps its promises on arbitrary bytes', () => {
    fc.assert(
      fc.property(wild, states, (log, state) => expectPromises(log, state)),
      { numRuns: 200 },
    );
  });

  it('keeps its promises on mutated logs', () => {
    fc.assert(
      fc.property(mutated, states, (log, state) => expectPromises(log, state)),
      { numRuns: 600 },
    );
  });

  it('answers rows in the flat form, whatever they hold', () => {
    fc.assert(
      fc.property(mutated, states, fc.jsonValue(), (text, state, id) => {
        const answer = answerRow({ id, text, scheduler_state: state }, classes);
        expect(answer.id).toEqual(id);
        expect(answer.route === 'none').toBe(answer.category === 'none');
        expect((answer.evidence === null) === (answer.line === null)).toBe(true);
        expect(JSON.parse(JSON.stringify(answer))).toMatchObject({ category: answer.category, route: answer.route });
      }),
      { numRuns: 200 },
    );
  });
});

describe('every pattern of every class', () => {
  const pieces = [
    'a',
    ' ',
    'a.',
    'A',
    'word ',
    '1',
    'Error ',
    'a/b.c-',
    'columns ',
    '-a',
    'Error: x ',
    '"',
    "'",
    'KeyError: ',
    '(',
    'not found ',
    'a: ',
  ];
  const patterns = classes.flatMap((one) =>
    one.patterns.flatMap(({ regex, not, near }) =>
      [regex, not, near].filter((each) => each !== undefined).map((each) => ({ id: one.id, regex: each })),
    ),
  );

  // A line has at most 4,000 characters. Work that grew with their cube would take minutes here.
  it('reads the longest line in little time', () => {
    for (const { id, regex } of patterns) {
      for (const piece of pieces) {
        const line = piece.repeat(4000 / piece.length);
        const started = performance.now();
        regex.test(line);
        expect([id, regex.source.slice(0, 60), piece, performance.now() - started < 1000]).toEqual([
          id,
          regex.source.slice(0, 60),
          piece,
          true,
        ]);
      }
    }
  });
});
