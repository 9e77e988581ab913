/** Takes secrets out of text that goes to Slack, into the record or to a model. Pure; what is left says what stood there. */

const PATTERNS: readonly { readonly what: string; readonly regex: RegExp }[] = [
  { what: 'private key', regex: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g },
  { what: 'Slack token', regex: /\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{10,}/g },
  { what: 'API key', regex: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/g },
  { what: 'GitHub token', regex: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})/g },
  { what: 'GitLab token', regex: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { what: 'Hugging Face token', regex: /\bhf_[A-Za-z0-9]{20,}/g },
  { what: 'AWS key', regex: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'Google key', regex: /\bAIza[A-Za-z0-9_-]{35}/g },
  { what: 'JSON web token', regex: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/g },
  { what: 'password in an address', regex: /(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,100}:)[^\s:/@]{1,200}(?=@)/gi },
  { what: 'bearer token', regex: /(?<=\b(?:bearer|basic|token)\s+)[A-Za-z0-9+/_.=-]{24,}/gi },
];

// NAME=value and "name": "value" where the name says that it is a secret.
const NAMED =
  /((?:[A-Z0-9_.-]*(?:api[_-]?key|secret(?:[_-]?(?:key|access[_-]?key))?|access[_-]?token|auth[_-]?token|password|passwd|private[_-]?key|wandb[_-]?key)[A-Z0-9_-]*)["']?\s*[:=]\s*["']?)([^\s"',;&]{8,})/gi;

/** The text with every known kind of secret replaced by a mark of the same line, so that line numbers stay true. */
export function redactText(text: string): string {
  let clean = text;
  for (const { what, regex } of PATTERNS) clean = clean.replace(regex, (found) => mark(what, found));
  return clean.replace(NAMED, (found: string, name: string, value: string) =>
    /^\[\S|^(?:none|null|true|false|\*+|<)/i.test(value) ? found : `${name}[secret]`,
  );
}

function mark(what: string, found: string): string {
  const lines = found.split('\n').length - 1;
  return `[${what}]${'\n'.repeat(lines)}`;
}

/** The same value with every string in it redacted. */
export function redactDeep<T>(value: T): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (Array.isArray(value)) return value.map(redactDeep) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)])) as T;
}
