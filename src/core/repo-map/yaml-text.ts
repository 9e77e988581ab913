const MAX_DEPTH = 60;
const NESTED_LINE = new RegExp(String.raw`(?:[-?:][ \t]{1,8}){${String(MAX_DEPTH)}}`);

/** The text, if it is not nested deeper than people write; throws otherwise, because the YAML parser takes quadratic time on such text. */
export function refuseDeepYaml(text: string): string {
  if (NESTED_LINE.test(text)) throw new Error('nested too deeply');
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    // A bracket in a sentence is closed there or never; a new key begins anew.
    else if (code === 0x0a && depth > 0 && /[\w#-]/.test(text[at + 1] ?? '')) depth = 0;
    if (depth > MAX_DEPTH) throw new Error('nested too deeply');
  }
  return text;
}
