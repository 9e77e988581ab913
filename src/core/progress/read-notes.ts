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

const TOTAL_STEPS =
  /Total (?:optimization|training|train) steps\s*[=:]\s*(?<n>[\d,]{1,20})|(?:^|[\s('",{[]|--)(?:max|train|total|num_train|max_train|training)[_-](?:steps|iters?|iterations|updates?|timesteps|episodes)(?![\w-])["']?\s?(?:[.]{2,80}|[=:])?\s{0,4}(?<n2>\d{1,15})(?!\d|\.\d|\w)|(?:^|[\s('",{[]|--)(?:num_boost_rounds?|n_estimators|n_trials|num_episodes|n_episodes)["']?\s?[=: ]\s{0,4}(?<n3>\d{1,9})(?!\d|\.\d|\w)/i;
// "number of epochs" is also what data sets say of their own repetition, so a bare word counts only at the start of a setting.
const TOTAL_EPOCHS =
  /(?:(?:^\W{0,12}|[('",{[]\s?|--)|(?:^|[\s('",{[]|--)(?:num_train|num|max|n|total|train|training|nb|scheduled)[_ -])epochs(?![\w-])["']?\s?(?:[.]{2,80}|[=:])?\s{0,4}(?<n>\d{1,9})(?!\d|\.\d|\w|\s?\/)|\b(?:for|over) (?<n2>\d{1,9}) epochs\b|(?<n3>\d{1,9})\s?エポック(?:学習|訓練)/i;

/** The totals that a header, a command line or a list of settings announces. */
export function readAnnounced(text: string): { steps?: number; epochs?: number } {
  const readFirst = (groups: Record<string, string | undefined> | undefined) => {
    const count = Number((groups?.['n'] ?? groups?.['n2'] ?? groups?.['n3'] ?? '0').replaceAll(',', ''));
    return Number.isSafeInteger(count) ? count : 0;
  };
  const steps = readFirst(TOTAL_STEPS.exec(text)?.groups);
  const epochs = readFirst(TOTAL_EPOCHS.exec(text)?.groups);
  return { ...(steps > 0 ? { steps } : {}), ...(epochs > 0 ? { epochs } : {}) };
}
