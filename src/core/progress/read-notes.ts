const WARNING = /\b\w*Warning\b:|^\s*(?:\[?WARN(?:ING)?\b)|\bdeprecated\b/i;
const SHAPE =
  /\bnumber of param|\bparameters?\b\s*[:=]\s*[\d.,]+|[\d.,]+\s?[MBK]? (?:trainable |total )?param(?:eter)?s\b|torch\.Size\(|\b\w*shape\b\W{0,4}[[(]\s*\d|\b(?:num(?:ber of)? (?:train\w* |test |val\w* )?(?:examples|samples|images|classes|features|batches|tokens))\b|\bdata(?:set)? (?:size|length|has)\b|\b(?:vocab(?:ulary)?|train\w*|test|val\w*|dataset) (?:size|set)\b\W+\d|\b[\d,]+ (?:train\w*|test|val\w*|samples|examples|images|rows|tokens|sequences)\b|\blen\(\w+\)\s*[:=]\s*\d/i;

/** True for a line that warns and is no failure. */
export function isWarningNote(text: string): boolean {
  return text.length < 2000 && WARNING.test(text);
}

/** True for a line that states the shape or size of data, features or model. */
export function isShapeNote(text: string): boolean {
  return text.length < 500 && SHAPE.test(text) && !/error\b/i.test(text);
}

/** The totals that a header announces, such as those of the Hugging Face trainer. */
export function readAnnounced(text: string): { steps?: number; epochs?: number } {
  const steps = /Total optimization steps\s*=\s*([\d,]+)|\b(?:max_steps|max_iters|train_iters|total_steps)\b[ .]*[=:]?\s*(\d+)/i.exec(text);
  const epochs = /\b(?:Num Epochs|max_epochs|num_epochs|num_train_epochs|n_epochs)\b\s*[=:]\s*(\d+)(?![\d.]*e)/i.exec(text);
  const readFirst = (found: RegExpExecArray | null) => {
    const count = Number((found?.[1] ?? found?.[2] ?? '0').replaceAll(',', ''));
    return Number.isSafeInteger(count) ? count : 0;
  };
  return { ...(readFirst(steps) > 0 ? { steps: readFirst(steps) } : {}), ...(readFirst(epochs) > 0 ? { epochs: readFirst(epochs) } : {}) };
}
