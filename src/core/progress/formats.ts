import type { Unit } from './read-position.ts';

export interface Format {
  /** Groups `n` or `n2`, and `total` where the format has one. */
  readonly regex: RegExp;
  readonly unit: Unit;
  /** True where nothing else looks like this. */
  readonly sure?: boolean;
}

/** Epochs as lines name them: group `n`, and `total`. The first that matches holds. */
export const EPOCHS: readonly RegExp[] = [
  // ESPnet: `3epoch:train:101-200batch:`.
  /(?:^|[\s:])(?<n>\d{1,9})epoch:/,
  /(?<![A-Za-z])(?:epochs?|ep|エポック)(?![A-Za-z])(?:\(train\))?[\s:=#([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?!\.\d|\d|%)/i,
  /(?<n>\d{1,9})(?:\s?\/\s?(?<total>\d{1,9}))?\s?エポック/,
  /^\|\s{1,40}epoch\s{1,40}\|\s{1,40}(?<n>\d{1,9})\s{1,40}\|/i,
  // timm.
  /^Train: (?<n>\d+) \[/,
  // DCGAN: `[3/25][100/1583]`.
  /^\[(?<n>\d{1,9})\/(?<total>\d{1,9})\]\s?\[\s{0,8}\d{1,9}\/\d{1,9}\]/,
  // A row of fastai's table ends with the time that its epoch took.
  /^(?<n>\d{1,6})(?:\s{1,12}(?:-?\d{1,9}\.\d{1,9}|nan|inf|None)){2,12}\s{1,12}(?:\d{1,3}:)?\d\d:\d\d\s{0,8}$/,
];

/** Counters that start anew with each epoch. */
export const INNER: readonly Format[] = [
  { regex: /\bTrain Epoch: \d+ \[\s*(?<n>\d+)\/(?<total>\d+)/, unit: 'sample' },
  { regex: /\bepoch\S{0,40}\s+\d+ \|\s*(?<n>\d+)\/\s*(?<total>\d+) batches/i, unit: 'batch' },
  { regex: /\bEpoch:? ?(?:\(train\)\s*)?\[\d+(?:\/\d+)?\]\s?\[\s*(?<n>\d+)\s?\/\s*(?<total>\d+)/, unit: 'batch' },
  { regex: /^Train: \d+ \[\s*(?<n>\d+)\/(?<total>\d+)/, unit: 'batch' },
  { regex: /\bepoch \d+:\s+(?<n>\d+) \/ (?<total>\d+) (?=loss=)/, unit: 'batch' },
  { regex: /^\s*(?<n>\d+)\/(?<total>\d+|Unknown) (?:[[━=>.]|- \d+m?s)/, unit: 'batch' },
  { regex: /^\[\d{1,9}\/\d{1,9}\]\s?\[\s{0,8}(?<n>\d{1,9})\/(?<total>\d{1,9})\]/, unit: 'batch' },
  { regex: /\d{1,9}epoch:train:\d{1,9}-(?<n>\d{1,9})batch:/, unit: 'batch' },
];

/** Counters of the whole run, or of an epoch where one stands beside a total. */
export const WHOLE: readonly Format[] = [
  { regex: /\biteration\s+(?<n>\d+)\s*\/\s*(?<total>\d+)/i, unit: 'step' },
  { regex: /\b(?:global_step|num_updates|num_timesteps)\s*[=:]\s*(?<n>\d+)/i, unit: 'step' },
  {
    regex: /^\|\s{1,40}(?:total_timesteps|total_num_steps|TotalEnvInteracts)\s{1,40}\|\s{1,40}(?<n>\d{1,15})\s/i,
    unit: 'step',
    sure: true,
  },
  {
    regex:
      /(?:^|[^\w-])(?:global[ _])?(?:step|iter|iteration|update)s?(?:\(train\))?(?!\w)[\s:=#([]*(?<n>\d+)(?:\])?(?:\s*(?:\/|of|out of)\s*(?<total>\d+))?(?![\d.]{0,20}(?:ms|s)\b)/i,
    unit: 'step',
  },
  { regex: /(?:^|[^\w-])its?[ :=]{1,3}(?<n>\d{1,12})\s?\/\s?(?<total>\d{1,12})/i, unit: 'step' },
  { regex: /(?:ステップ|反復)[\s:=]{0,4}(?<n>\d{1,12})(?:\s?\/\s?(?<total>\d{1,12}))?|(?<n2>\d{1,12})\s?ステップ/, unit: 'step' },
  // CLU: `12.0% (1200/10000)`.
  { regex: /\d% \((?<n>\d{1,12})\/(?<total>\d{1,12})\)/, unit: 'step' },
  { regex: /^\[(?<n>\d{1,12})\] (?=[\w/]{1,60}=)/, unit: 'step' },
  { regex: /^Trial (?<n>\d+) (?:finished(?: with)?|pruned)|\bTrial (?<n2>\d+) finished(?: with)?/, unit: 'trial' },
  { regex: /^\[(?<n>\d+)\]\s+(?=\S.*\d)/, unit: 'round' },
  { regex: /^(?<n>\d+):(?=\tlearn: )/, unit: 'round' },
  { regex: /^\[\s*(?<n>\d+)\/(?<total>\d+)\]\s/, unit: 'step' },
  { regex: /\bround\b[\s:=#]*(?<n>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'round' },
  { regex: /\bepisodes?\b[\s:=#]{0,4}(?<n>\d{1,12})(?:\s?(?:\/|of)\s?(?<total>\d{1,12}))?(?!\.\d|\d)/i, unit: 'round' },
  { regex: /\bbuilding tree (?<n>\d{1,9}) of (?<total>\d{1,9})/, unit: 'round' },
  { regex: /\[Parallel\(n_jobs=-?\d{1,4}\)\]: Done\s{1,6}(?<n>\d{1,9}) (?:out of|\/)\s{1,6}(?<total>\d{1,9})/, unit: 'round' },
  // Gradient boosting of scikit-learn: round, loss, what is left.
  {
    regex: /^\s{5,12}(?<n>\d{1,9})(?=\s{2,20}-?\d{1,9}\.\d{1,6}(?:\s{2,20}-?\d{1,9}\.\d{1,6})?\s{2,20}\d{1,9}\.\d{1,3}[smh]\s*$)/,
    unit: 'round',
  },
  { regex: /\bafter (?<n>\d+) batches\b|\bbatch(?:es)?\b[\s:=#([]*(?<n2>\d+)(?:\s*(?:\/|of)\s*(?<total>\d+))?/i, unit: 'batch' },
  {
    regex:
      /\b(?:progress|done|completed?)\b\W{0,3}(?<n>\d{1,9}(?:\.\d{1,9})?)\s?%|(?<n2>\d{1,9}(?:\.\d{1,9})?)\s?% (?:done|complete)|進捗\W{0,3}(?<n3>\d{1,9}(?:\.\d{1,9})?)\s?%/i,
    unit: 'percent',
  },
];

/** Seconds for one unit, as lines state them. */
export const STATED: readonly { readonly regex: RegExp; readonly scale: number }[] = [
  { regex: /elapsed time per iteration \(ms\): (?<n>[\d.]{1,20})/, scale: 0.001 },
  { regex: /\bms\/batch\s+(?<n>[\d.]{1,20})/, scale: 0.001 },
  { regex: /\biter_dt\s+(?<n>[\d.]{1,20})ms/, scale: 0.001 },
  { regex: /\btime:?\s+(?<n>[\d.]{1,20})\s?ms/, scale: 0.001 },
  { regex: /(?<n>[\d.]{1,20}) ?ms\/(?:step|it)/, scale: 0.001 },
  { regex: /(?<n>[\d.]{1,20}) ?s(?:ec)?\/(?:step|it|batch)/, scale: 1 },
  { regex: /\b(?:step|iter(?:ation)?)[ _]tim(?:e|ing)(?: in s| \(s\))?[:=]\s?(?<n>\d{0,12}\.\d{1,12})/i, scale: 1 },
  // Beside the time for data, the time is that of one iteration.
  { regex: /\btime:?\s+(?<n>\d{0,12}\.\d{1,12})(?:s,|\s+\(|,?\s+(?:last_time|data_time|data:))/i, scale: 1 },
  { regex: /\beta: [\d:]{4,12}, time: (?<n>\d{0,12}\.\d{1,12})\b/, scale: 1 },
];

/** Units a second, as lines state them. */
export const RATES: readonly RegExp[] = [
  /(?<n>[\d.]{1,20})\s?(?:it|step|steps|iter|batch(?:es)?)\/s/,
  /\b(?:train_)?steps_per_sec(?:ond)?[=:] ?(?<n>[\d.]{1,20})/,
  /\bups[=:| ]{1,3}(?<n>[\d.]{1,20})/,
];

/** What is left of the whole run, as lines state it. */
export const LEFT =
  /\b(?:eta|remaining(?: time)?|time left|time remaining)\b["']?\s?[:=]\s{0,4}["']?(?<left>(?:\d{1,3} days?, )?\d{1,6}(?::\d{2}){1,2}|(?:\d{1,6}(?:\.\d{1,6})? ?(?:days?|[dhms]|min|sec|hours?|minutes?|seconds?)\b ?|\d{1,6}[dhm]){1,4})|残り\W{0,3}(?<left2>(?:\d{1,6} ?(?:時間|分|秒) ?){1,3})/i;

/** What an epoch took: a time with its unit after a word for it, in brackets, or at the end of a row. */
export const EPOCH_TIME =
  /(?:\b(?:time|took|elapsed|duration|runtime)\b|時間)(?: \(s(?:ec)?\))?\W{0,3}(?<a>(?:\d{1,3}:)?\d{1,3}:\d{2}|(?:\d{1,4} ?m(?:in)? ?)?\d{1,9}(?:\.\d{1,9})? ?(?:s|secs?|seconds|min|minutes|h|秒)(?![a-z]))|[([] ?(?<b>\d{1,9}\.\d{1,9} ?s)(?:ec)? ?[)\]]|\s(?<c>(?:\d{1,3}:)?\d{2}:\d{2})\s{0,8}$/i;
