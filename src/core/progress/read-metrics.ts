const NUMBER = String.raw`[-+]?(?:\d+(?:,\d{3})+|\d*\.?\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)\b`;
const PAIR = new RegExp(
  String.raw`(?:^|[\s{(\[|,;])['"]?(?<name>[A-Za-z\u3040-\u9fff][\w@/.()'\u3040-\u9fff-]{0,80}(?: [A-Za-z(][\w@/.()-]{0,80}){0,4}?)['"]?\s*[:=]\s*['"]?(?<value>${NUMBER})(?<unit>%|ms\b|s\b)?`,
  'gi',
);
// Without a sign between name and number only words that are surely metrics count.
const SPACED = new RegExp(
  String.raw`(?:^|[\s|,;])(?<name>(?:(?:train|training|val|valid|eval|test|lm|total|avg|mean|dev)[ _/-])?(?:\w*loss|acc(?:uracy)?|ppl|perplexity|lr|auc|f1|bleu|wer|cer|rmse|mae|mfu|ms\/batch|iter_dt|top1|top5|reward))\s+\(?(?<value>${NUMBER})(?<unit>%|ms\b|s\b)?`,
  'gi',
);
// Columns are set apart by a few blanks; longer runs say no more and would be searched again from each of their blanks.
const LONG_BLANKS = /[^\S\t]{9,}/g;
// A row of a box with a name and a number, as reinforcement learning prints it.
const ROW = new RegExp(String.raw`^\|\s{1,40}(?<name>[A-Za-z][\w/ .]{0,60}?)\s{1,40}\|\s{1,40}(?<value>${NUMBER})\s{1,40}\|$`, 'i');
const POSITION =
  /^(?:\W*)(?:エポック|ステップ|it|ep|episode|iterations|time_elapsed|timestamp|total_steps|max_steps|step|steps|iter|iters|iteration|epoch|batch|round|trial|eta|global_step|num_updates|line|pid|rank|version|v_num|time stamp)$/i;

export interface Metric {
  readonly name: string;
  /** NaN and infinities are kept here: they are news. */
  readonly value: number;
  readonly unit: string;
}

/** Reads a number as logs write it; `nan` and `inf` in any case. */
function readNumber(text: string): number {
  const direct = Number(text);
  if (Number.isFinite(direct)) return direct;
  const plain = text.replaceAll(',', '').toLowerCase();
  if (plain.includes('nan')) return Number.NaN;
  if (plain.includes('inf')) return plain.startsWith('-') ? -Infinity : Infinity;
  return Number(plain);
}

/** Every `name: value`, `name=value` and well known `name value` of a line, in order; names that count steps are left out. */
export function readMetrics(text: string): Metric[] {
  const metrics = new Map<string, Metric>();
  const row = text.startsWith('|') ? ROW.exec(text.trim().slice(0, 200))?.groups : undefined;
  if (row !== undefined) {
    const { name = '', value = '' } = row;
    return POSITION.test(name) ? [] : [{ name, value: readNumber(value), unit: '' }];
  }
  for (const piece of text.replaceAll(LONG_BLANKS, '        ').split(/\s*[|;\t]\s*|,\s+| - |\s{2,}(?=[A-Za-z])/)) {
    // Most pieces hold nothing; the look costs less than the patterns.
    if (!/\d|nan|inf/i.test(piece)) continue;
    if (piece.includes(':') || piece.includes('=')) collect(piece, PAIR, metrics);
    if (piece.includes(' ')) collect(piece, SPACED, metrics);
  }
  return [...metrics.values()];
}

function collect(piece: string, pattern: RegExp, metrics: Map<string, Metric>): void {
  pattern.lastIndex = 0;
  for (let found = pattern.exec(piece); found !== null; found = pattern.exec(piece)) {
    const { value = '', unit = '' } = found.groups ?? {};
    const name = (found.groups?.['name'] ?? '').replace(/['"]+$/, '');
    if (metrics.size >= 40 || metrics.has(name) || POSITION.test(name) || /\.\w{1,3}$/.test(name)) continue;
    metrics.set(name, { name, value: readNumber(value), unit });
  }
}

/** How surely a name is that of the training loss; 0 for none at all. */
export function rankLoss(name: string): number {
  const plain = name.toLowerCase().replaceAll(/["']/g, '');
  if (/val|eval|test|dev|検証|評価|scale|skip|weight|best|min\b|gain/.test(plain)) return 0;
  if (/^loss$/.test(plain)) return 5;
  if (/^(?:train|training|lm|total)[ _/-]?loss$/.test(plain)) return 4;
  if (/loss|損失|ロス/.test(plain)) return 3;
  return /^(?:train-\w+|training's \w+|learn|train_error)$/.test(plain) ? 2 : 0;
}
