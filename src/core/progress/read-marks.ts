/** What a line says of the work beside its position. */
export interface LineMarks {
  readonly validates: boolean;
  readonly saves: boolean;
  /** Speaks of going on from a checkpoint, or of a start. */
  readonly resumes: boolean;
}

const VALIDATES =
  /\b(?:validat(?:e|ing|ion)|evaluat(?:e|ing|ion)|eval|val|valid|sanity check\w{0,4})\b|\b(?:val|valid|eval|test)_\w|検証|評価|^\W{0,4}(?:Test|dev)\b\W{0,3}[[:]/i;
const SAVES =
  /\b(?:sav(?:e|ed|ing)|wrote|writing|stor(?:ed|ing))\b.{0,60}\b(?:checkpoint|ckpt|model|weights|state|snapshot|optimizer)|\b(?:checkpoint|ckpt|snapshot)s?\b.{0,60}\b(?:sav(?:e|ed|ing)|written)\b|\bsav(?:ed|ing)\b.{0,120}\.(?:pt|pth|ckpt|h5|keras|safetensors|bin|pdparams|pkl|npz)\b|save-checkpoint|保存/i;
const RESUMES =
  /\bresum(?:e|ed|ing)\b(?!\S)|\brestor(?:ed|ing)\b.{0,60}\b(?:checkpoint|ckpt|state|from)|\b(?:load(?:ed|ing))\b.{0,40}\b(?:checkpoint|ckpt)\b|\*{3,} ?Running training|Total optimization steps|before the start of training|\brestart(?:ed|ing)? (?:from|training|at)|\brequeued?\b|\b(?:start|begin)(?:ing)? training\b|再開/i;
/** A setting, not an event. */
const SETTING = /^\W*[\w.-]{1,60}(?:\s?[.]{3,}|\s?[:=])\s?\S{0,80}\s*$|^\s*--|^\+/;

/** Reads the marks of a line; says nothing of long lines. */
export function readMarks(text: string): LineMarks {
  if (text.length > 600) return { validates: false, saves: false, resumes: false };
  const isSetting = SETTING.test(text);
  return { validates: VALIDATES.test(text), saves: !isSetting && SAVES.test(text), resumes: !isSetting && RESUMES.test(text) };
}
