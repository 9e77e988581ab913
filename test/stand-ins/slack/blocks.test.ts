import { describe, expect, it } from 'vitest';
import { validateMessageBlocks } from '../../../src/stand-ins/slack/blocks-validation.ts';
import { validateView } from '../../../src/stand-ins/slack/view-validation.ts';

const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) });
const button = (more: object = {}) => ({ type: 'button', action_id: 'a', text: plain(3), ...more });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const option = (length: number) => ({ text: plain(length), value: 'v' });
const select = (options: object[]) => ({ type: 'static_select', action_id: 's', options });
const many = (count: number, item: (index: number) => object) => Array.from({ length: count }, (_, index) => item(index));

const check = (...blocks: unknown[]) => validateMessageBlocks(blocks, (id) => id === 'F00000001');

describe('blocks that Slack takes', () => {
  it.each<[string, object]>([
    ['a section of 3 000 characters', { type: 'section', text: mrkdwn(3_000) }],
    ['a section with ten fields', { type: 'section', fields: many(10, () => mrkdwn(100)) }],
    ['a header of 150', { type: 'header', text: plain(150) }],
    ['25 buttons', actions(...many(25, (index) => button({ action_id: `a${index}` })))],
    [
      'a link button with a confirmation',
      actions(
        button({
          url: 'https://x',
          style: 'danger',
          confirm: { title: plain(100), text: mrkdwn(300), confirm: plain(30), deny: plain(30) },
        }),
      ),
    ],
    ['a select with 100 options', actions(select(many(100, (index) => ({ text: plain(1), value: String(index) }))))],
    ['an image from an address', { type: 'image', image_url: 'https://x/y.png', alt_text: 'a plot' }],
    ['an image from an upload', { type: 'image', slack_file: { id: 'F00000001' }, alt_text: 'a plot' }],
    ['context with an image', { type: 'context', elements: [mrkdwn(10), { type: 'image', image_url: 'https://x', alt_text: 'a' }] }],
    ['markdown', { type: 'markdown', text: '# x' }],
    ['rich text', { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'x' }] }] }],
    [
      'a table',
      {
        type: 'table',
        rows: [
          [
            { type: 'raw_text', text: 'a' },
            { type: 'raw_text', text: 'b' },
          ],
        ],
      },
    ],
    ['a plan', { type: 'plan', title: 'Run', tasks: [{ type: 'task_card', task_id: '1', title: 'Map', status: 'in_progress' }] }],
    ['an input', { type: 'input', label: plain(5), element: { type: 'plain_text_input', action_id: 'x' } }],
  ])('%s', (_name, block) => {
    expect(check(block)).toMatchObject({ error: undefined, messages: [] });
  });
});

describe('blocks that Slack refuses', () => {
  it.each<[string, object, string]>([
    ['an unknown type', { type: 'sparkles' }, 'unsupported type of block: sparkles [json-pointer:/blocks/0/type]'],
    [
      'a section over 3 000',
      { type: 'section', text: mrkdwn(3_001) },
      'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
    ],
    ['an empty text', { type: 'section', text: mrkdwn(0) }, 'must be more than 0 characters [json-pointer:/blocks/0/text/text]'],
    ['a section without anything', { type: 'section' }, 'missing required field: text or fields'],
    ['eleven fields', { type: 'section', fields: many(11, () => mrkdwn(1)) }, 'no more than 10 items allowed'],
    ['a field over 2 000', { type: 'section', fields: [mrkdwn(2_001)] }, 'must be less than 2001 characters'],
    ['a header over 150', { type: 'header', text: plain(151) }, 'must be less than 151 characters'],
    ['mrkdwn in a header', { type: 'header', text: mrkdwn(5) }, 'must be a valid enum value (plain_text)'],
    ['26 buttons', actions(...many(26, (index) => button({ action_id: `a${index}` }))), 'no more than 25 items allowed'],
    ['no button', actions(), 'no fewer than 1 items allowed'],
    ['two buttons of one action_id', actions(button(), button()), 'action_id must be unique within a block'],
    ['a button text over 75', actions(button({ text: plain(76) })), 'must be less than 76 characters'],
    ['a button value over 2 000', actions(button({ value: 'x'.repeat(2_001) })), 'must be less than 2001 characters'],
    ['a button of a strange style', actions(button({ style: 'loud' })), 'must be a valid enum value (primary, danger)'],
    ['a field of another world', actions(button({ colour: 'red' })), 'must not contain additional field: colour'],
    ['an option over 75', actions(select([option(76)])), 'must be less than 76 characters'],
    ['101 options', actions(select(many(101, () => option(1)))), 'no more than 100 items allowed'],
    ['a select without options', actions({ type: 'static_select', action_id: 's' }), 'must have exactly one of options and option_groups'],
    [
      'a long confirmation',
      actions(button({ confirm: { title: plain(101), text: mrkdwn(1), confirm: plain(1), deny: plain(1) } })),
      'must be less than 101 characters',
    ],
    ['eleven context elements', { type: 'context', elements: many(11, () => mrkdwn(1)) }, 'no more than 10 items allowed'],
    ['a button in context', { type: 'context', elements: [button()] }, 'unsupported type of element: button'],
    ['an image without alt_text', { type: 'image', image_url: 'https://x' }, 'missing required field: alt_text'],
    ['an image without a source', { type: 'image', alt_text: 'x' }, 'must have exactly one of image_url and slack_file'],
    ['an image from nowhere', { type: 'image', alt_text: 'x', slack_file: { id: 'F00000002' } }, 'invalid slack file'],
    ['a block_id over 255', { type: 'divider', block_id: 'x'.repeat(256) }, 'must be less than 256 characters'],
    ['101 rows', { type: 'table', rows: many(101, () => [{ type: 'raw_text', text: 'x' }]) }, 'no more than 100 items allowed'],
    ['an alert in a message', { type: 'alert', text: mrkdwn(5) }, 'block is not allowed in a message'],
    ['text instead of an object', { type: 'section', text: 'hello' }, 'must be an object [json-pointer:/blocks/0/text]'],
  ])('%s', (_name, block, sentence) => {
    const { error, messages } = check(block);
    expect(error).toBe('invalid_blocks');
    expect(messages.join('\n')).toContain(sentence);
  });

  it('51 of them', () => {
    expect(check(...many(51, () => ({ type: 'divider' })))).toMatchObject({
      error: 'invalid_blocks',
      messages: ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'],
    });
    expect(check(...many(50, () => ({ type: 'divider' }))).error).toBeUndefined();
  });

  it('two with one block_id', () => {
    expect(check({ type: 'divider', block_id: 'x' }, { type: 'divider', block_id: 'x' }).messages[0]).toContain('values must be unique');
  });

  it('two tables', () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };
    expect(check(table, table).messages[0]).toContain('only_one_table_allowed');
  });

  it('more than about 13 200 characters together', () => {
    expect(check(...many(4, () => ({ type: 'section', text: mrkdwn(2_900) }))).error).toBeUndefined();
    expect(check(...many(5, () => ({ type: 'section', text: mrkdwn(2_900) }))).error).toBe('msg_blocks_too_long');
    expect(check({ type: 'markdown', text: 'x'.repeat(6_001) }, { type: 'markdown', text: 'x'.repeat(6_000) }).error).toBe(
      'msg_blocks_too_long',
    );
  });

  it('what is no list at all', () => {
    expect(validateMessageBlocks({ type: 'divider' }, () => false).error).toBe('invalid_blocks_format');
  });
});

describe('views', () => {
  const modal = (more: object = {}) => ({ type: 'modal', title: plain(24), blocks: [], ...more });
  const input = { type: 'input', label: plain(3), element: { type: 'plain_text_input', action_id: 'x' } };
  const judge = (raw: unknown, surface: 'modal' | 'home' = 'modal') => validateView(raw, surface, () => false);

  it('may be good', () => {
    expect(judge(modal({ submit: plain(24), blocks: [input], private_metadata: 'x'.repeat(3_000) })).error).toBeUndefined();
    expect(judge({ type: 'home', blocks: many(100, () => ({ type: 'divider' })) }, 'home').error).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['a title over 24', modal({ title: plain(25) }), 'must be less than 25 characters [json-pointer:/view/title/text]'],
    ['an input without a submit button', modal({ blocks: [input] }), 'missing required field: submit'],
    [
      'private_metadata over 3 000',
      modal({ private_metadata: 'x'.repeat(3_001) }),
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    ['101 blocks', modal({ blocks: many(101, () => ({ type: 'divider' })) }), 'no more than 100 items allowed [json-pointer:/view/blocks]'],
    ['a Home tab as a modal', { type: 'home', blocks: [] }, 'must be a valid enum value (modal)'],
    ['markdown', modal({ blocks: [{ type: 'markdown', text: 'x' }] }), 'block is not allowed in a modal'],
  ])('may have %s', (_name, raw, sentence) => {
    const { error, messages } = judge(raw);
    expect(error).toBe('invalid_arguments');
    expect(messages.join('\n')).toContain(sentence);
  });

  it('may be too large', () => {
    const blocks = many(100, () => ({ type: 'section', text: mrkdwn(2_900) }));
    expect(judge(modal({ blocks })).error).toBe('view_too_large');
  });
});
