import { describe, expect, it } from 'vitest';
import type { Part, Slot } from '../../src/core/run/slots.ts';
import { buildPlanModal } from '../../src/slack/actions.ts';
import { cut, escapeText, renderBar, renderLine, renderSlot } from '../../src/slack/blocks.ts';
import { lines } from '../charts/samples.ts';
import { Walk } from '../core/run/builders.ts';
import fc from '../support/properties.ts';

function slot(parts: readonly Part[], more: Partial<Slot> = {}): Slot {
  return { name: 'status', place: 'root', mention: [], summary: 'A summary', parts, files: [], ...more };
}

/** Every string of a block, with the type of the object that holds it. */
function* listTexts(value: unknown): Generator<{ type: string; text: string }> {
  if (typeof value !== 'object' || value === null) return;
  const { type, text } = value as { type?: string; text?: unknown };
  if (typeof text === 'string') yield { type: type ?? '', text };
  for (const item of Object.values(value)) yield* listTexts(item);
}

describe('what comes from outside', () => {
  it.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1> & <https://evil|ok>', '&lt;@U1&gt; &amp; &lt;https://evil|ok&gt;'],
    ['&lt;', '&amp;lt;'],
    ['a*b_c~d`e', 'a*b_c~d`e'],
  ])('is escaped: %s', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
    expect(renderLine(text)).toBe(escaped);
    expect(renderLine([{ text, style: 'bold' }])).toBe(`*${escaped}*`);
  });

  it('cannot mention anybody, wherever it stands', () => {
    const evil = '<!channel> <@U123> <https://x|y> ```';
    const parts: Part[] = [
      {
        kind: 'text',
        lines: [
          evil,
          [
            { text: evil, style: 'code' },
            { text: evil, time: 1_000 },
          ],
        ],
      },
      { kind: 'quiet', lines: [evil] },
      { kind: 'steps', items: [{ label: evil, mark: 'done', detail: evil }] },
      { kind: 'fields', items: [{ name: evil, value: evil }] },
      { kind: 'bar', fraction: 0.5, label: evil },
    ];
    const rendered = renderSlot(slot(parts, { summary: evil }), { mention: false });
    const marked = [{ type: 'mrkdwn', text: rendered.text }, ...listTexts(rendered.blocks)].filter((item) => item.type === 'mrkdwn');
    expect(marked.length).toBeGreaterThan(5);
    for (const { text } of marked) expect(text.replace(/<!date\^[^|]*\|[^>]*>/g, '')).not.toMatch(/<[!@#h]/);
  });

  it('cannot break out of code: it is rich text and needs no fence', () => {
    const text = '```\n<!channel>\n```';
    const { blocks } = renderSlot(slot([{ kind: 'code', text }]), { mention: false });
    expect(blocks).toEqual([{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }] }]);
    expect(renderLine([{ text: 'a`b', style: 'code' }])).toBe("`a'b`");
  });
});

describe('a picture', () => {
  const picture = { kind: 'picture', name: 'loss', chart: lines, isFinal: false } as const;

  it('is an image of an uploaded file with its words, and nothing while there is no file', () => {
    const pictures = new Map([['loss', { file: 'F00000001', alt: `a\u202Eb ${'x'.repeat(3_000)}` }]]);
    const [, block] = renderSlot(slot([{ kind: 'heading', text: 'A' }, picture]), { mention: false, pictures }).blocks;
    expect(block).toMatchObject({
      type: 'image',
      slack_file: { id: 'F00000001' },
      alt_text: expect.stringMatching(/^a⟨U\+202E⟩b x+…$/) as string,
    });
    expect(block?.type === 'image' ? block.alt_text.length : 0).toBeLessThanOrEqual(2_000);
    expect(renderSlot(slot([picture]), { mention: false }).blocks).toEqual([]);
    expect(renderSlot(slot([{ ...picture, name: 'other' }]), { mention: false, pictures }).blocks).toEqual([]);
  });
});

describe('cut', () => {
  it.each([
    ['short', 10, 'short'],
    ['exactly ten', 11, 'exactly ten'],
    ['abcdef', 4, 'abc…'],
    ['ab😀cd', 4, 'ab…'],
    ['ab😀cd', 5, 'ab😀…'],
    ['abc&lt;d', 6, 'abc…'],
    ['abc&lt;d', 7, 'abc…'],
    ['abc&amp;&amp;', 9, 'abc&amp;…'],
  ])('%s to %i', (text, limit, short) => {
    expect(cut(text, limit)).toBe(short);
  });

  it('never goes over the limit, never halves a character or an escape', () => {
    const pieces = fc
      .array(fc.constantFrom('a', '&lt;', '&gt;', '&amp;', '😀', '日', '👩‍🔬', ' '), { maxLength: 60 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(pieces, fc.integer({ min: 2, max: 80 }), (text, limit) => {
        const short = cut(text, limit);
        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        expect(short.replace(/&(?:lt|gt|amp);/g, '')).not.toContain('&');
      }),
    );
  });
});

const Text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('x'.repeat(4_000), '&<>'.repeat(2_000), '日本語😀'.repeat(1_000), ''),
);
const Lines = fc.array(Text, { maxLength: 15 });
const AnyPart: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ kind: fc.constant('heading' as const), text: Text }),
  fc.record({ kind: fc.constantFrom('text' as const, 'quiet' as const), lines: Lines }),
  fc.record({ kind: fc.constant('code' as const), text: Text }),
  fc.record({ kind: fc.constant('bar' as const), fraction: fc.double({ min: -1, max: 2, noNaN: true }), label: Text }),
  fc.record({
    kind: fc.constant('fields' as const),
    items: fc.array(fc.record({ name: Text, value: Text }), { minLength: 1, maxLength: 14 }),
  }),
  fc.record({
    kind: fc.constant('steps' as const),
    items: fc.array(fc.record({ label: Text, mark: fc.constant('done' as const), detail: Text }), { maxLength: 9 }),
  }),
);

describe('Slack’s limits', () => {
  it('are kept whatever the parts hold', () => {
    fc.assert(
      fc.property(fc.array(AnyPart, { maxLength: 70 }), Text, (parts, summary) => {
        const { text, blocks } = renderSlot(slot(parts, { summary, mention: ['U1'] }), { mention: true });
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(text.length).toBeLessThanOrEqual(4_000);
        expect(JSON.stringify(blocks).length).toBeLessThan(13_000);
        for (const block of blocks) {
          if (block.type === 'section' && block.text !== undefined) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
          if (block.type === 'section') for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
          if (block.type === 'section') expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10);
          if (block.type === 'context') expect(block.elements.length).toBeLessThanOrEqual(10);
          if (block.type === 'header') expect(block.text.text.length).toBeLessThanOrEqual(150);
        }
        for (const item of listTexts(blocks)) {
          expect(item.text.isWellFormed()).toBe(true);
          expect(item.text).not.toBe('');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the buttons when there is no room for anything else', () => {
    const filler: Part = { kind: 'text', lines: ['x'.repeat(3_000)] };
    const buttons: Part = { kind: 'buttons', items: [{ action: 'approve', label: 'y'.repeat(100), value: 'v' }] };
    const { blocks } = renderSlot(slot([...Array.from({ length: 60 }, () => filler), buttons]), { mention: false });
    expect(blocks.at(-1)).toMatchObject({ type: 'actions', elements: [{ action_id: 'run.approve', value: 'v' }] });
    expect(JSON.stringify(blocks.at(-1))).toContain(`${'y'.repeat(74)}…`);
  });

  it('shows everything of an approval in a modal that Slack takes', () => {
    const approval = Walk.begin().toFirstQuestion().state.approvals[0];
    if (approval === undefined || approval.action.kind !== 'build-environment') throw new Error('no question');
    const files = Array.from({ length: 40 }, (_, index) => ({ path: `f${index}`, content: '😀'.repeat(4_000) }));
    const view = buildPlanModal({ ...approval, action: { ...approval.action, files } });
    expect(view.blocks.length).toBeLessThanOrEqual(100);
    expect(JSON.stringify(view.blocks[0])).toContain(approval.digest);
    expect(JSON.stringify(view.blocks.at(-1))).toContain('The rest hangs below the question as a file');
    for (const { text } of listTexts(view.blocks)) {
      expect(text.length).toBeLessThanOrEqual(3_000);
      expect(text.isWellFormed()).toBe(true);
    }
  });
});

it.each([
  [0, '▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 0 % · x'],
  [0.42, '▰▰▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱ 42 % · x'],
  [0.999, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 99 % · x'],
  [1, '▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰▰ 100 % · x'],
])('draws a bar of %d', (fraction, bar) => {
  expect(renderBar(fraction, 'x')).toBe(bar);
});
