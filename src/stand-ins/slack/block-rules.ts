import type { Dict } from './state.ts';

/** Collects complaints in Slack's form: a sentence and the JSON pointer of what is wrong. */
export class Complaints {
  readonly messages: string[] = [];

  add(pointer: string, sentence: string): void {
    this.messages.push(`[ERROR] ${sentence} [json-pointer:${pointer}]`);
  }
}

export type Rule = (value: unknown, pointer: string, complaints: Complaints, inside: Surroundings) => void;

/** What a rule may ask about the place where a block stands. */
export interface Surroundings {
  readonly surface: 'message' | 'modal' | 'home';
  /** Whether an uploaded file may be shown as an image. */
  readonly showsImage: (id: string) => boolean;
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string of 1 to `most` characters. */
export function text(most: number, least = 1): Rule {
  return (value, pointer, complaints) => {
    if (typeof value !== 'string') return complaints.add(pointer, 'must be a string');
    if (value.length < least) complaints.add(pointer, `must be more than ${least - 1} characters`);
    if (value.length > most) complaints.add(pointer, `must be less than ${most + 1} characters`);
  };
}

/** One of these strings. */
export function oneOf(...words: string[]): Rule {
  return (value, pointer, complaints) => {
    if (typeof value !== 'string' || !words.includes(value)) complaints.add(pointer, `must be a valid enum value (${words.join(', ')})`);
  };
}

export const flag: Rule = (value, pointer, complaints) => {
  if (typeof value !== 'boolean') complaints.add(pointer, 'must be a boolean');
};

export const number: Rule = (value, pointer, complaints) => {
  if (typeof value !== 'number') complaints.add(pointer, 'must be a number');
};

/** A list of `least` to `most` items that each obey a rule. */
export function list(item: Rule, least: number, most: number): Rule {
  return (value, pointer, complaints, inside) => {
    if (!Array.isArray(value)) return complaints.add(pointer, 'must be an array');
    if (value.length < least) complaints.add(pointer, `no fewer than ${least} items allowed`);
    if (value.length > most) return complaints.add(pointer, `no more than ${most} items allowed`);
    for (const [index, one] of value.entries()) item(one, `${pointer}/${index}`, complaints, inside);
  };
}

export interface Fields {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
}

/** An object with these fields; fields that are not named are refused, as Slack refuses them. */
export function object(fields: Fields, further?: Rule): Rule {
  const known = { ...fields.required, ...fields.optional };
  return (value, pointer, complaints, inside) => {
    if (!isDict(value)) return complaints.add(pointer, 'must be an object');
    for (const name of Object.keys(fields.required ?? {})) {
      if (value[name] === undefined || value[name] === null) complaints.add(pointer, `missing required field: ${name}`);
    }
    for (const [name, inner] of Object.entries(value)) {
      const rule = known[name];
      if (rule === undefined) complaints.add(pointer, `must not contain additional field: ${name}`);
      else if (inner !== null && inner !== undefined) rule(inner, `${pointer}/${name}`, complaints, inside);
    }
    further?.(value, pointer, complaints, inside);
  };
}

/** An object whose `type` decides which rule it obeys. */
export function byType(rules: Readonly<Record<string, Rule>>, what: string): Rule {
  return (value, pointer, complaints, inside) => {
    if (!isDict(value)) return complaints.add(pointer, 'must be an object');
    const rule = typeof value['type'] === 'string' ? rules[value['type']] : undefined;
    if (rule === undefined) return complaints.add(`${pointer}/type`, `unsupported type of ${what}: ${String(value['type'])}`);
    rule(value, pointer, complaints, inside);
  };
}

/** Anything at all; for parts that only Slack's newest clients know. */
export const anything: Rule = () => undefined;

/** A text object; `kinds` says which of the two types may stand here. */
export function textObject(most: number, kinds: readonly ('plain_text' | 'mrkdwn')[] = ['plain_text', 'mrkdwn']): Rule {
  return object({ required: { type: oneOf(...kinds), text: text(most) }, optional: { emoji: flag, verbatim: flag } });
}

export const plainText = (most: number): Rule => textObject(most, ['plain_text']);
