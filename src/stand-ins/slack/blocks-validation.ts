import {
  anything,
  byType,
  Complaints,
  type Fields,
  flag,
  isDict,
  list,
  number,
  object,
  oneOf,
  plainText,
  type Rule,
  type Surroundings,
  text,
  textObject,
} from './block-rules.ts';
import { accessory, actionElement, contextActionElement, contextElement, imageFields, imageSource, inputElement } from './element-rules.ts';
import type { Dict } from './state.ts';

function block(type: string, fields: Fields, further?: Rule): Rule {
  return object({ required: { type: oneOf(type), ...fields.required }, optional: { block_id: text(255), ...fields.optional } }, further);
}

const needsTextOrFields: Rule = (value, pointer, complaints) => {
  if (isDict(value) && value['text'] === undefined && value['fields'] === undefined)
    complaints.add(pointer, 'missing required field: text or fields');
};

// Two elements of one block may not share an action_id.
const distinctActions: Rule = (value, pointer, complaints) => {
  const elements = isDict(value) && Array.isArray(value['elements']) ? value['elements'] : [];
  const ids = elements.flatMap((one) => (isDict(one) && typeof one['action_id'] === 'string' ? [one['action_id']] : []));
  if (new Set(ids).size < ids.length) complaints.add(`${pointer}/elements`, 'action_id must be unique within a block');
};

const onlyIn = (...surfaces: Surroundings['surface'][]): Rule => {
  return (_value, pointer, complaints, inside) => {
    if (!surfaces.includes(inside.surface)) complaints.add(pointer, `block is not allowed in a ${inside.surface}`);
  };
};

const richTextPart = byType(
  Object.fromEntries(
    ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'].map((type) => [
      type,
      object({
        required: { type: oneOf(type), elements: list(anything, 0, 2000) },
        optional: { style: anything, indent: number, offset: number, border: number, language: text(50) },
      }),
    ]),
  ),
  'rich text element',
);

const richText = block('rich_text', { required: { elements: list(richTextPart, 0, 500) } });
const tableCell = byType(
  { raw_text: object({ required: { type: oneOf('raw_text'), text: text(10_000, 0) } }), rich_text: richText },
  'table cell',
);
const taskFields = {
  title: text(256),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
  details: anything,
  output: anything,
  sources: anything,
};
const taskCard = block('task_card', { required: { task_id: text(255), title: text(256) }, optional: taskFields });

function withLimit(most: number): Rule {
  return (value, pointer, complaints) => {
    if (JSON.stringify(value).length > most) complaints.add(pointer, `must be less than ${most + 1} characters`);
  };
}

const cardFields = {
  title: textObject(150),
  subtitle: textObject(150),
  body: textObject(200),
  subtext: textObject(200),
  actions: list(actionElement, 0, 3),
  icon: anything,
  hero_image: anything,
};
const card = block('card', { optional: cardFields });

const blockRules: Record<string, Rule> = {
  section: block(
    'section',
    { optional: { text: textObject(3000), fields: list(textObject(2000), 1, 10), accessory, expand: flag } },
    needsTextOrFields,
  ),
  header: block('header', { required: { text: plainText(150) }, optional: { level: number } }),
  divider: block('divider', {}),
  context: block('context', { required: { elements: list(contextElement, 1, 10) } }),
  context_actions: block('context_actions', { required: { elements: list(contextActionElement, 1, 5) } }, onlyIn('message')),
  actions: block('actions', { required: { elements: list(actionElement, 1, 25) } }, distinctActions),
  image: block('image', { required: { alt_text: text(2000) }, optional: { title: plainText(2000), ...imageFields } }, imageSource),
  input: block('input', {
    required: { label: plainText(2000), element: inputElement },
    optional: { hint: plainText(2000), optional: flag, dispatch_action: flag },
  }),
  markdown: block('markdown', { required: { text: text(12_000) } }, onlyIn('message')),
  rich_text: richText,
  file: block('file', { required: { external_id: text(255), source: oneOf('remote') } }, onlyIn('message')),
  table: block(
    'table',
    { required: { rows: list(list(tableCell, 1, 20), 1, 100) }, optional: { column_settings: list(anything, 0, 20) } },
    withLimit(10_000 * 3),
  ),
  data_table: block('data_table', {
    required: { rows: list(list(anything, 1, 20), 1, 201), caption: text(2000) },
    optional: { page_size: number, row_header_column_index: number },
  }),
  data_visualization: block('data_visualization', { required: { title: text(50), chart: anything } }),
  plan: block('plan', { required: { title: text(256) }, optional: { tasks: list(taskCard, 0, 50) } }),
  task_card: taskCard,
  card,
  carousel: block('carousel', { required: { elements: list(card, 1, 10) } }),
  container: block('container', {
    optional: { title: plainText(150), child_blocks: list(anything, 1, 10), is_collapsible: flag, default_collapsed: flag },
  }),
  alert: block('alert', { required: { text: textObject(200) }, optional: { level: text(50) } }, onlyIn('modal')),
  video: block('video', {
    required: { alt_text: text(2000), title: plainText(199), thumbnail_url: text(3000), video_url: text(3000) },
    optional: {
      author_name: text(49),
      description: plainText(200),
      provider_icon_url: text(3000),
      provider_name: text(200),
      title_url: text(3000),
    },
  }),
};

const anyBlock = byType(blockRules, 'block');

export interface BlocksCheck {
  readonly error: 'invalid_blocks' | 'invalid_blocks_format' | 'msg_blocks_too_long' | undefined;
  readonly messages: string[];
  readonly blocks: Dict[];
}

// Slack's limit on all blocks of a message together is undocumented: rejections were seen from 13 297 characters on (bolt-js issue 2509).
const longestMessage = 13_200;
const longestMarkdown = 12_000;

/** Checks the blocks of a message as chat.postMessage does; `showsImage` answers for images that point at uploads. */
export function validateMessageBlocks(raw: unknown, showsImage: (id: string) => boolean, checkTotal = true): BlocksCheck {
  if (!Array.isArray(raw)) return { error: 'invalid_blocks_format', messages: [], blocks: [] };
  const complaints = new Complaints();
  checkBlocks(raw, '/blocks', 50, { surface: 'message', showsImage }, complaints);
  checkCounts(raw, complaints);
  if (complaints.messages.length > 0) return { error: 'invalid_blocks', messages: complaints.messages, blocks: [] };
  const markdown = raw.reduce((sum: number, one) => sum + (isDict(one) && one['type'] === 'markdown' ? String(one['text']).length : 0), 0);
  const isTooLong = JSON.stringify(raw).length > longestMessage || markdown > longestMarkdown;
  if (checkTotal && isTooLong) return { error: 'msg_blocks_too_long', messages: [], blocks: [] };
  return { error: undefined, messages: [], blocks: raw as Dict[] };
}

/** Checks a list of blocks and adds what is wrong to `complaints`. */
export function checkBlocks(raw: unknown, pointer: string, most: number, inside: Surroundings, complaints: Complaints): void {
  list(anyBlock, 0, most)(raw, pointer, complaints, inside);
  const ids = Array.isArray(raw) ? raw.flatMap((one) => (isDict(one) && typeof one['block_id'] === 'string' ? [one['block_id']] : [])) : [];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) complaints.add(pointer, `\`block_id\` values must be unique: ${twice} is used more than once`);
}

// Blocks of which a message takes only so many.
function checkCounts(raw: readonly unknown[], complaints: Complaints): void {
  const count = (type: string): number => raw.filter((one) => isDict(one) && one['type'] === type).length;
  if (count('table') > 1) complaints.add('/blocks', 'only_one_table_allowed');
  if (count('data_visualization') > 2) complaints.add('/blocks', 'no more than 2 items allowed');
}
