import { describe, expect, it } from 'vitest';
import { markEdited, markLine } from '../../../src/core/scratch/marks.ts';
import { readScratch, readWish } from '../../../src/core/scratch/read.ts';
import { showDays, showScratchLine } from '../../../src/slack/show-scratch.ts';

const ours = markLine('rabc.1.0', '- 09:00 acme/a\\_b: x &lt; 2 \\*so\\* (rabc#1 · [thread](https://lab.slack.com/archives/C1/p1))');
const file = [
  '# gold',
  'above',
  '## 2026-11-24, Tuesday',
  '',
  '- <!channel> [thread](https://evil.example/) *loud*',
  '## 2026-11-23, Monday and more',
  '### Runs',
  '',
  ours,
  markEdited('rabc.2.0', '- 10:00 changed'),
  '### Thoughts',
  'one more',
].join('\r\n');

describe('SCRATCH.md read back', () => {
  it('has its days in order, its sections, and what is nobody’s but a person’s', () => {
    expect(readScratch(file).map(({ day, lines }) => [day, lines.map((line) => [line.section, line.isOpinion])])).toEqual([
      [
        '2026-11-23',
        [
          ['Runs', false],
          ['Runs', true],
          ['Thoughts', true],
        ],
      ],
      ['2026-11-24', [['', true]]],
    ]);
  });

  it('takes a line for a person’s when its words no longer fit its mark', () => {
    const [day] = readScratch(file.replace('acme/a', 'evil/a'));
    expect(day?.lines[0]?.isOpinion).toBe(true);
  });

  it('shows in Slack what it means, and nothing that calls, links or hides', () => {
    expect(showDays(readScratch(file)).text).toMatchInlineSnapshot(`
      "*2026-11-23*
      _Runs_
      • 09:00 acme/a_b: x &lt; 2 *so* (rabc#1 · <https://lab.slack.com/archives/C1/p1|thread>)
      • _opinion:_ 10:00 changed *(changed by hand)*
      _Thoughts_
      • _opinion:_ one more
      *2026-11-24*
      • _opinion:_ &lt;!channel&gt; [thread](https://evil.example/) *loud*"
    `);
    expect(showScratchLine({ text: 'a\u202eb', section: '', isOpinion: true })).toBe('• _opinion:_ a⟨U+202E⟩b');
  });

  it('is cut at whole lines, and says so', () => {
    const days = [
      { day: '2026-11-23', lines: Array.from({ length: 90 }, () => ({ text: 'x'.repeat(90), section: 'Runs', isOpinion: false })) },
    ];
    const { text, isWhole } = showDays(days);
    expect(isWhole).toBe(false);
    expect(text.length).toBeLessThan(3_050);
    expect(text).toMatch(/\n… and \d+ more lines$/);
  });
});

describe('what somebody wants to see', () => {
  it.each([
    ['', '2026-11-27', '2026-11-27'],
    ['Today', '2026-11-27', '2026-11-27'],
    ['yesterday', '2026-11-26', '2026-11-26'],
    ['week', '2026-11-21', '2026-11-27'],
    ['2026-11-03', '2026-11-03', '2026-11-03'],
    ['2026-11-03..2026-11-05', '2026-11-03', '2026-11-05'],
    ['2026-11-05 .. 2026-11-03', '2026-11-03', '2026-11-05'],
    ['2026-11-03..', '2026-11-03', '9999-12-31'],
    ['..yesterday', '0000-01-01', '2026-11-26'],
  ])('“%s” is days', (text, from, to) => {
    expect(readWish(text, '2026-11-27')).toEqual({ kind: 'days', from, to });
  });

  it.each(['batch size', '2026-13-45', 'from 2026-11-03', 'a..b', 'today or so'])('“%s” is words', (text) => {
    expect(readWish(text, '2026-11-27')).toEqual({ kind: 'words', words: text });
  });
});
