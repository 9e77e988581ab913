import {
  anything,
  byType,
  flag,
  type Fields,
  isDict,
  list,
  number,
  object,
  oneOf,
  plainText,
  type Rule,
  text,
  textObject,
} from './block-rules.ts';

const confirm = object({
  required: { title: plainText(100), text: textObject(300), confirm: plainText(30), deny: plainText(30) },
  optional: { style: oneOf('primary', 'danger') },
});

const option = object({ required: { text: textObject(75), value: text(75) }, optional: { description: textObject(75), url: text(3000) } });
const optionGroup = object({ required: { label: plainText(75), options: list(option, 1, 100) } });
const actionId = { action_id: text(255) };
const dispatch = object({ optional: { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) } });

function element(type: string, fields: Fields, further?: Rule): Rule {
  return object(
    { required: { type: oneOf(type), ...fields.required }, optional: { ...actionId, confirm, focus_on_load: flag, ...fields.optional } },
    further,
  );
}

// Exactly one of options and option_groups.
const needsOptions: Rule = (value, pointer, complaints) => {
  if (!isDict(value)) return;
  if ((value['options'] === undefined) === (value['option_groups'] === undefined)) {
    complaints.add(pointer, 'must have exactly one of options and option_groups');
  }
};

const fileId: Rule = (value, pointer, complaints) => {
  if (typeof value !== 'string' || !/^F[A-Z0-9]{8,}$/.test(value))
    complaints.add(pointer, 'input must match regex pattern: ^[F][A-Z0-9]{8,}$');
};

const choices = { options: list(option, 1, 100), option_groups: list(optionGroup, 1, 100), placeholder: plainText(150) };
const placeholder = { placeholder: plainText(150) };
const multiple = { max_selected_items: number, ...placeholder };
const slackFile = object({ optional: { id: fileId, url: text(3000) } });

/** An image, as a block or as an element: from an address or from an uploaded file. */
export const imageSource: Rule = (value, pointer, complaints, inside) => {
  if (!isDict(value)) return;
  const file = value['slack_file'];
  if ((value['image_url'] === undefined) === (file === undefined))
    complaints.add(pointer, 'must have exactly one of image_url and slack_file');
  if (!isDict(file)) return;
  const { id, url } = file;
  if ((id === undefined) === (url === undefined)) complaints.add(`${pointer}/slack_file`, 'must have exactly one of id and url');
  if (typeof id === 'string' && !inside.showsImage(id)) complaints.add(`${pointer}/slack_file`, 'invalid slack file');
};

export const imageFields = { image_url: text(3000), slack_file: slackFile, image_width: number, image_height: number, image_bytes: number };

const image = object({ required: { type: oneOf('image'), alt_text: text(2000) }, optional: imageFields }, imageSource);

const button = element('button', {
  required: { text: plainText(75) },
  optional: { value: text(2000, 0), url: text(3000), style: oneOf('primary', 'danger'), accessibility_label: text(75) },
});

const textInput: Fields = {
  optional: {
    ...placeholder,
    initial_value: text(3000, 0),
    multiline: flag,
    min_length: number,
    max_length: number,
    dispatch_action_config: dispatch,
  },
};

const interactive: Record<string, Rule> = {
  button,
  overflow: element('overflow', { required: { options: list(option, 1, 5) } }),
  static_select: element('static_select', { optional: { ...choices, initial_option: option } }, needsOptions),
  multi_static_select: element(
    'multi_static_select',
    { optional: { ...choices, ...multiple, initial_options: list(option, 0, 100) } },
    needsOptions,
  ),
  external_select: element('external_select', { optional: { ...placeholder, initial_option: option, min_query_length: number } }),
  users_select: element('users_select', { optional: { ...placeholder, initial_user: text(255) } }),
  multi_users_select: element('multi_users_select', { optional: { ...multiple, initial_users: list(text(255), 0, 100) } }),
  channels_select: element('channels_select', { optional: { ...placeholder, initial_channel: text(255), response_url_enabled: flag } }),
  conversations_select: element('conversations_select', {
    optional: {
      ...placeholder,
      initial_conversation: text(255),
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: anything,
    },
  }),
  multi_conversations_select: element('multi_conversations_select', {
    optional: { ...multiple, initial_conversations: list(text(255), 0, 100), default_to_current_conversation: flag, filter: anything },
  }),
  checkboxes: element('checkboxes', { required: { options: list(option, 1, 10) }, optional: { initial_options: list(option, 0, 10) } }),
  radio_buttons: element('radio_buttons', { required: { options: list(option, 1, 10) }, optional: { initial_option: option } }),
  datepicker: element('datepicker', { optional: { ...placeholder, initial_date: text(10) } }),
  timepicker: element('timepicker', { optional: { ...placeholder, initial_time: text(5), timezone: text(100) } }),
  datetimepicker: element('datetimepicker', { optional: { initial_date_time: number } }),
};

const inputs: Record<string, Rule> = {
  plain_text_input: element('plain_text_input', textInput),
  email_text_input: element('email_text_input', textInput),
  url_text_input: element('url_text_input', textInput),
  number_input: element('number_input', {
    required: { is_decimal_allowed: flag },
    optional: { ...placeholder, initial_value: text(255, 0), min_value: text(255), max_value: text(255), dispatch_action_config: dispatch },
  }),
  rich_text_input: element('rich_text_input', { optional: { ...placeholder, initial_value: anything, dispatch_action_config: dispatch } }),
  file_input: element('file_input', { optional: { filetypes: list(text(50), 0, 100), max_files: number } }),
};

const { overflow: _overflow, button: _button, ...menus } = interactive;

/** What may stand in an actions block. */
export const actionElement = byType(interactive, 'element');
/** What may stand beside the text of a section. */
export const accessory = byType({ ...interactive, image }, 'element');
/** What may stand in a context block. */
export const contextElement = byType(
  {
    image,
    mrkdwn: textObject(3000),
    plain_text: textObject(3000),
  },
  'element',
);
/** What may stand in an input block. */
export const inputElement = byType({ ...menus, ...inputs }, 'element');
/** What may stand in a context_actions block. */
export const contextActionElement = byType(
  {
    feedback_buttons: element('feedback_buttons', { required: { positive_button: anything, negative_button: anything } }),
    icon_button: element('icon_button', {
      required: { icon: text(50), text: plainText(75) },
      optional: { value: text(2000), accessibility_label: text(75) },
    }),
  },
  'element',
);
