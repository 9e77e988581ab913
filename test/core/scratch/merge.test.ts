import { describe, expect, it } from 'vitest';
import { markLine, readLine } from '../../../src/core/scratch/marks.ts';
import { mergeScratch, type Merge } from '../../../src/core/scratch/merge.ts';
import { SECTIONS, type ScratchLine } from '../../../src/core/scratch/sections.ts';
import fc from '../../support/properties.ts';

const line = (id: string, day: string, section: ScratchLine['section'], text = `- words of ${id} (rabc#1)`): ScratchLine => ({
  id,
  day,
  section,
  text,
});
const first = line('rabc.1.0', '2026-11-23', 'Changes');
const second = line('rabc.2.0', '2026-11-23', 'Runs');
const third = line('rabc.3.0', '2026-11-24', 'Runs');
const between = line('rabc.9.0', '2026-11-23', 'Ideas');

function merge(parts: Partial<Merge>): { text: string; deleted: string[] } {
  return mergeScratch({ current: '', written: '', deleted: [], lines: [], title: 'gold', ...parts });
}
const start = merge({ lines: [first, second] }).text;
/** As the next writing finds it, after somebody was at it. */
const edit = (change: (text: string) => string, lines: readonly ScratchLine[], deleted: readonly string[] = []) =>
  merge({ current: change(start), written: start, lines, deleted });
const body = (text: string): string =>
  text
    .slice(text.indexOf('## '))
    .replaceAll(/ <!-- [\w.:-]+ [0-9a-f]{8} -->/g, '')
    .trimEnd();

describe('a new file', () => {
  it('has a section for each day and each kind, in order', () => {
    const { text } = merge({ lines: [first, between, second, third] });
    expect(text.split('\n')[0]).toBe('# gold');
    expect(body(text)).toMatchInlineSnapshot(`
      "## 2026-11-23, Monday

      ### Ideas

      - words of rabc.9.0 (rabc#1)

      ### Changes

      - words of rabc.1.0 (rabc#1)

      ### Runs

      - words of rabc.2.0 (rabc#1)

      ## 2026-11-24, Tuesday

      ### Runs

      - words of rabc.3.0 (rabc#1)"
    `);
    expect(merge({ current: text, written: text, lines: [first, between, second, third] }).text).toBe(text);
  });
});

describe('a file that people edit', () => {
  it('keeps what they wrote, where they wrote it', () => {
    const { text } = edit(
      (was) => `${was.replace('### Runs', 'We should stop here.\n\n### Runs')}\nAfterthought.\n\n## Plans\n- win\n`,
      [first, second, between, third],
    );
    expect(body(text)).toMatchInlineSnapshot(`
      "## 2026-11-23, Monday

      ### Ideas

      - words of rabc.9.0 (rabc#1)

      ### Changes

      - words of rabc.1.0 (rabc#1)

      We should stop here.

      ### Runs

      - words of rabc.2.0 (rabc#1)

      Afterthought.

      ## Plans
      - win

      ## 2026-11-24, Tuesday

      ### Runs

      - words of rabc.3.0 (rabc#1)"
    `);
  });

  it('keeps a line that was changed as the person has it, and says so once', () => {
    const { text } = edit((was) => was.replace('words of rabc.1.0', 'no, other words'), [first, second]);
    expect(text).toContain('- no, other words (rabc#1) *(changed by hand)* <!-- by hand: rabc.1.0 -->');
    expect(text).not.toContain('words of rabc.1.0');
    const again = merge({ current: text, written: start, lines: [first, second] });
    expect(again.text).toBe(text);
  });

  it('never brings back what was deleted, however often it writes', () => {
    const without = (was: string): string =>
      was
        .split('\n')
        .filter((one) => !one.includes('rabc.1.0'))
        .join('\n');
    const once = edit(without, [first, second, third]);
    expect(once.deleted).toEqual(['rabc.1.0']);
    expect(once.text).not.toContain('rabc.1.0');
    expect(once.text).not.toContain('### Changes');
    const twice = merge({ current: once.text, written: once.text, deleted: once.deleted, lines: [first, second, third] });
    expect(twice).toEqual(once);
  });

  it('leaves moved lines where they are, and takes a copy for a person’s', () => {
    const marked = markLine(second.id, second.text);
    const { text } = edit((was) => was.replace(`${marked}\n`, '').replace('# gold\n', `# gold\n\n${marked}\n${marked}\n`), [first, second]);
    expect(text.startsWith(`# gold\n\n${marked}\n- words of rabc.2.0 (rabc#1) *(changed by hand)*`)).toBe(true);
    expect(text).not.toContain('### Runs');
  });

  it('says anew what the journals tell otherwise now, and takes back what they no longer tell', () => {
    const now = { ...second, text: '- other words (rabc#2)' };
    const { text, deleted } = edit((was) => was, [now]);
    expect(body(text)).toBe('## 2026-11-23, Monday\n\n### Runs\n\n- other words (rabc#2)');
    expect(deleted).toEqual([]);
  });

  it('keeps the lines of a journal that is gone', () => {
    const { text } = edit((was) => was, [line('rother.1.0', '2026-11-25', 'Runs')]);
    expect(text).toContain('words of rabc.1.0');
  });

  it('puts a new line after what belongs to the one before it', () => {
    const { text } = edit(
      (was) => was.replace(/(.*rabc\.1\.0.*)/, '$1\n  I doubt that.'),
      [first, line('rabc.4.0', '2026-11-23', 'Changes'), second],
    );
    expect(body(text)).toContain('- words of rabc.1.0 (rabc#1)\n  I doubt that.\n- words of rabc.4.0 (rabc#1)');
  });

  it('loses no line of theirs, tells every fact once, and writes nothing twice', () => {
    const Lines = fc.uniqueArray(
      fc.record({
        id: fc.nat(40).map((n) => `rabc.${n}.0`),
        day: fc.constantFrom('2026-11-23', '2026-11-24', '2026-11-25'),
        section: fc.constantFrom(null, ...SECTIONS),
        text: fc.string({ maxLength: 20 }).map((text) => `- ${text.replaceAll(/\s/g, ' ')}.`),
      }),
      { selector: ({ id }) => id, maxLength: 25 },
    );
    const Edits = fc.array(
      fc.record({
        at: fc.nat(60),
        do: fc.constantFrom('insert', 'delete', 'change', 'swap'),
        text: fc.constantFrom('mine', '## mine', '### Runs', '  mine', '```', '', '- mine <!-- x -->', '## 2026-11-24'),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(Lines, Lines, Edits, (before, later, edits) => {
        const began = merge({ lines: before }).text;
        const file = began.split('\n').slice(0, -1);
        for (const [index, change] of edits.entries()) {
          const at = change.at % Math.max(1, file.length);
          if (change.do === 'insert')
            file.splice(at, 0, `${change.text}${change.text.startsWith('#') || change.text === '```' ? '' : ` ${index}`}`);
          if (change.do === 'delete') file.splice(at, 1);
          if (change.do === 'change') file[at] = `changed ${index}`;
          if (change.do === 'swap') [file[0], file[at]] = [file[at] ?? '', file[0] ?? ''];
        }
        const current = `${file.join('\n')}\n`;
        // An emptied file is begun anew.
        fc.pre(current.trim() !== '');
        const known = new Set(later.map(({ id }) => id));
        const lines = [...before.filter(({ id }) => !known.has(id)), ...later];
        const { text, deleted } = merge({ current, written: began, lines });
        // What is theirs stands there as often as before and in the same order; only headings of ours without anything below them may go.
        const theirs = (all: string): string[] =>
          all.split('\n').filter((one) => readLine(one).kind === 'own' && one.trim() !== '' && !one.startsWith('##'));
        expect(theirs(text)).toEqual(theirs(current));
        for (const { id } of lines) {
          const times = text.split('\n').filter((one) => {
            const read = readLine(one);
            return read.kind !== 'own' && read.id === id;
          }).length;
          expect([id, times]).toEqual([id, deleted.includes(id) ? 0 : 1]);
        }
        expect(merge({ current: text, written: text, deleted, lines })).toEqual({ text, deleted });
      }),
      { numRuns: 300 },
    );
  });
});
