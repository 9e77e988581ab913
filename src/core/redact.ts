/** Takes secrets out of text that goes to Slack, into the record or to a model. Pure; what is left says what stood there. */
import { isSecretOption, redactNamed } from './redact-named.ts';

// Every quantifier is bounded and every pattern begins with something rare, so that the time grows with the text and no faster.
const PATTERNS: readonly { readonly what: string; readonly regex: RegExp }[] = [
  { what: 'Slack token', regex: /\bx(?:ox[abeprs]|app)-[A-Za-z0-9-]{10,400}/g },
  { what: 'Slack webhook', regex: /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{10,200}/g },
  { what: 'API key', regex: /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,400}/g },
  { what: 'Stripe key', regex: /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,200}/g },
  { what: 'GitHub token', regex: /\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255})/g },
  { what: 'GitLab token', regex: /\bglpat-[A-Za-z0-9_-]{20,255}/g },
  { what: 'Hugging Face token', regex: /\bhf_[A-Za-z0-9]{20,255}/g },
  { what: 'Kaggle token', regex: /\bKGAT_[A-Za-z0-9]{16,200}/g },
  { what: 'npm token', regex: /\bnpm_[A-Za-z0-9]{30,100}/g },
  { what: 'PyPI token', regex: /\bpypi-[A-Za-z0-9_-]{50,1000}/g },
  { what: 'Replicate token', regex: /\br8_[A-Za-z0-9]{30,100}/g },
  { what: 'AWS key', regex: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { what: 'Google key', regex: /\bAIza[A-Za-z0-9_-]{35}/g },
  { what: 'Google token', regex: /\bya29\.[A-Za-z0-9_-]{20,2000}/g },
  { what: 'Azure key', regex: /(?<=\b(?:Account|SharedAccess)Key=)[A-Za-z0-9+/]{20,200}={0,2}/g },
  { what: 'JSON web token', regex: /\beyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{5,2000}/g },
  { what: 'password in an address', regex: /(?<=:\/\/[^\s:/@]{0,100}:)[^\s:/@]{1,200}(?=@)/g },
  // A user part without a password is a name, unless it is long and holds both letters and digits.
  { what: 'token in an address', regex: /(?<=:\/\/)(?=[^\s:/@]{0,200}\d)(?=[^\s:/@]{0,200}[A-Za-z])[\w.~%-]{20,200}(?=@)/g },
  { what: 'bearer token', regex: /(?<=\b(?:bearer|basic|token)\s{1,4})[A-Za-z0-9+/_.=-]{24,4000}/gi },
  { what: 'W&B key', regex: /(?<=\bwandb\.login\([^)\n]{0,100}?["'])[0-9a-f]{40}(?=["'])/gi },
];
const KEY_BEGIN = '-----BEGIN ';
const ANY_KNOWN = new RegExp([KEY_BEGIN, ...PATTERNS.map(({ regex }) => regex.source)].join('|'), 'i');
const KEY_END = /-----END [A-Z ]{0,40}PRIVATE KEY-----/g;

/** False for text in which `redactText` finds nothing but, perhaps, what its name gives away. Quicker for short texts. */
export function mayHoldKnownSecret(text: string): boolean {
  return ANY_KNOWN.test(text);
}

/** The text with every known kind of secret replaced by a mark of the same line, so that line numbers stay true. */
export function redactText(text: string): string {
  let clean = redactPrivateKeys(text);
  for (const { what, regex } of PATTERNS) clean = clean.replace(regex, `[${what}]`);
  return redactNamed(clean);
}

// A key goes on to its end, or to the end of the text where that was cut off.
function redactPrivateKeys(text: string): string {
  let clean = '';
  let from = 0;
  for (let at = text.indexOf(KEY_BEGIN); at >= 0; at = text.indexOf(KEY_BEGIN, Math.max(from, at + 1))) {
    if (!/^-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/.test(text.slice(at, at + 80))) continue;
    KEY_END.lastIndex = at;
    const ending = KEY_END.exec(text);
    const to = ending === null ? text.length : ending.index + ending[0].length;
    const lines = text.slice(at, to).split('\n').length - 1;
    clean += `${text.slice(from, at)}[private key]${'\n'.repeat(lines)}`;
    from = to;
    if (ending === null) break;
  }
  return clean + text.slice(from);
}

/** The same value with every string in it redacted; in a list of words also what follows an option that says "secret". */
export function redactDeep<T>(value: T): T {
  if (typeof value === 'string') return redactText(value) as T;
  if (Array.isArray(value)) return value.map((item, index) => redactItem(item, value[index - 1])) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item)])) as T;
}

function redactItem(item: unknown, before: unknown): unknown {
  const follows = typeof item === 'string' && typeof before === 'string' && isSecretOption(before, item);
  return follows ? '[secret]' : redactDeep(item);
}
