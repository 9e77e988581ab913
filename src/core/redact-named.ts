/** Secrets that only their name gives away: `NAME=value`, `"name": "value"`, `name: value`, `--name value`. Pure; in time that grows with
 *  the text. */

// From the sign outwards: a name of at most this many characters stands before it, so that no long word is read twice.
const SIGN = /["']?[^\S\n]{0,4}[:=](?!=)[^\S\n]{0,4}["']?/g;
const MAX_NAME = 120;
const NAME_END = /[A-Za-z0-9_.-]{1,120}$/;
const VALUE = /[^\s"',;&)}\]]{1,2000}/y;
const QUOTED = { '"': /[^"\n]{1,2000}/y, "'": /[^'\n]{1,2000}/y } as const;

const SECRET_NAME =
  /(?:api[_-]?key|secret(?:[_-]?(?:key|access[_-]?key))?|access[_-]?token|auth[_-]?token|refresh[_-]?token|password|passwd|passphrase|private[_-]?key|wandb[_-]?key|kaggle[_-]?key|(?:mysql|pg|redis|db|ftp|smb|root)_?(?:pwd|pass|password))[A-Za-z0-9_-]{0,40}$/i;
/** `HF_TOKEN` and `github_token` are secrets; what tokenizers and models call tokens is none. */
const TOKEN_NAME = /^(?:[A-Za-z0-9]{1,40}[_-]){1,6}token$|^token$/i;
const MODEL_TOKEN =
  /(?:^|[_.-])(?:pad|eos|bos|unk|sep|cls|mask|sot|eot|im_start|im_end|start|end|stop|special|image|audio|video|prompt|new|first|last|next|prev|max|min|num|n|per|added|additional|decoder|forced|boi|eoi|fim|nl|newline|padding|class|word|text|sub|blank|oov|trigger|placeholder|system|user|assistant|query|dist|reg|single|add|use|null|empty|return|generated|target|source|input|output|lang|language|vocab)[_-](?:[a-z0-9]{1,20}[_-]){0,2}token$/i;
// The last is a submission's own token, by which a job is found again.
const HARMLESS =
  /^(?:\[\S|none\b|null\b|true\b|false\b|undefined\b|\*+|<|\$|%\(|\{|os\.|environ|getenv|args\.|self\.|config\.|settings\.|your[_-]|rb-r[a-z0-9]{4,32}-a\d{1,3}$)/i;

const OPTION = /(--?[A-Za-z][\w-]{1,60})([^\S\n]{1,4}["']?)([^\s"']{6,400})/g;

/** The text with the value behind every name that says "secret" replaced. */
export function redactNamed(text: string): string {
  const clean = text.replace(OPTION, (whole, option: string, gap: string, value: string) =>
    isSecretOption(option, value) ? `${option}${gap}[secret]` : whole,
  );
  return redactSigned(clean);
}

/** True when the word after the option is a secret: `--api-key`, then the key. */
export function isSecretOption(option: string, value: string): boolean {
  return option.startsWith('-') && !value.startsWith('-') && !HARMLESS.test(value) && isSecret(option.replace(/^-+/, ''), value, '', 0);
}

function redactSigned(text: string): string {
  let clean = '';
  let from = 0;
  SIGN.lastIndex = 0;
  for (let sign = SIGN.exec(text); sign !== null; sign = SIGN.exec(text)) {
    const start = sign.index + sign[0].length;
    const name = NAME_END.exec(text.slice(Math.max(from, sign.index - MAX_NAME), sign.index))?.[0];
    if (name === undefined) continue;
    const value = readValue(text, start, sign[0].at(-1));
    if (value === '' || HARMLESS.test(value) || !isSecret(name, value, text, sign.index)) continue;
    clean += `${text.slice(from, start)}[secret]`;
    from = start + value.length;
    SIGN.lastIndex = from;
  }
  return clean + text.slice(from);
}

function readValue(text: string, start: number, before: string | undefined): string {
  const pattern = before === '"' || before === "'" ? QUOTED[before] : VALUE;
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}

function isSecret(name: string, value: string, text: string, at: number): boolean {
  if (SECRET_NAME.test(name)) return value.length >= (/pass|pwd/i.test(name) ? 6 : 8) && !/^\d{1,6}$/.test(value);
  const plain = name.slice(name.lastIndexOf('.') + 1);
  if (TOKEN_NAME.test(plain)) return value.length >= 12 && !MODEL_TOKEN.test(plain) && looksRandom(value);
  return /^key$/i.test(plain) && isAccountKey(value, text, at);
}

/** Long, of one piece, and no word: digits among letters. */
function looksRandom(value: string): boolean {
  return /^[A-Za-z0-9+/_.=~-]+$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[./~]|\.\w{2,4}$/.test(value);
}

/** The key of a kaggle.json stands beside a user's name; that of a login is 40 hexadecimal digits. */
function isAccountKey(value: string, text: string, at: number): boolean {
  if (/^[0-9a-f]{40}$/i.test(value)) return /\blogin\s?\([^)]{0,100}$/.test(text.slice(Math.max(0, at - 150), at));
  return /^[0-9a-f]{32}$/i.test(value) && /["']?username["']?\s{0,4}[:=]/i.test(text.slice(Math.max(0, at - 200), at + 200));
}
