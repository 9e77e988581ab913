import type { Context } from './context.ts';
import { isSecretPath } from './secret-paths.ts';

/** What in code of any language says that something refused is meant. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\/dev\/(?:tcp|udp)\//, 'opens a bare connection (/dev/tcp)'],
  [/\bsocket\b[\s\S]{0,400}(?:dup2|pty\.spawn|subprocess|exec)|pty\.spawn/i, 'hands a shell to another machine'],
  [/authorized_keys/, 'changes who may log in'],
  [/(?:rmtree|rmdir|unlink|remove)\w*\s*\(\s*(?:os\.path\.expanduser\()?["'](?:\/|~\/?)["']/, 'deletes everything'],
  [/(\w+|:)\s*\(\s*\)\s*\{[^{}]{0,80}\1\s*\|\s*\1/, 'starts itself over and over (a fork bomb)'],
  [/\bos\.(?:fork|forkpty)\b[\s\S]{0,80}while|while[\s\S]{0,80}\bos\.fork\b/, 'starts itself over and over (a fork bomb)'],
  [/\bcrontab\b/, 'has commands run again and again (cron)'],
  [/(?:^|[\s"'(;|&`])sudo\s/, 'acts with the rights of somebody else'],
];
const STARTS = /system|popen|subprocess|exec|spawn|shell|`|backtick|qx|call\(|check_|run\(/i;
const MAX_TEXTS = 40;
const MAX_DEPTH = 3;
const depths = new WeakMap<Context, number>();

/** Looks for what is refused in code that is not parsed: paths of secrets, bare connections, commands in strings. Never allows anything. */
export function scanCode(context: Context, part: string, code: string): void {
  const text = code.slice(0, 20_000);
  for (const [sign, why] of SIGNS) if (sign.test(text)) context.say('refuse', part, why, 'runs other code');
  const secret = text.split(/[\s"'`()[\]{},;=<>|&:@$]+/).find((word) => word.length > 3 && isSecretPath(word) && isSpelledPath(word));
  if (secret !== undefined) context.say('refuse', part, `names ${secret}, a place for keys, credentials or history`, 'shows secrets');
  const depth = depths.get(context) ?? 0;
  if (!STARTS.test(text) || depth >= MAX_DEPTH) return;
  depths.set(context, depth + 1);
  judgeTexts(context, part, text);
  depths.set(context, depth);
}

/** `.env` is a file, `process.env` is not. */
function isSpelledPath(word: string): boolean {
  return word.includes('/') || word.startsWith('.') || /^(?:id_|kaggle\.json|credentials\.json)/.test(word);
}

/** Strings in code that starts programs are judged as command lines, for what is refused only. */
function judgeTexts(context: Context, part: string, code: string): void {
  const texts = [...code.matchAll(/"((?:[^"\\\n]|\\.){1,500})"|'((?:[^'\\\n]|\\.){1,500})'|`((?:[^`\\\n]|\\.){1,500})`/g)]
    .slice(0, MAX_TEXTS)
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const joined = texts.length > 1 ? [texts.filter((text) => /^[\w./~*-]+$/.test(text)).join(' ')] : [];
  for (const text of [...texts, ...joined]) {
    if (text.trim() === '') continue;
    for (const finding of context.judgeApart(text))
      if (finding.verdict === 'refuse') context.say('refuse', part, `runs “${finding.part}”, which ${finding.why}`, finding.effect);
  }
}
