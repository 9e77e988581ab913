import type { Verdict } from '../../src/core/notebook/run-checks.ts';
import { shortName, type NotebookCase } from './notebook-cases.ts';

/** Which checks may be the true reason of a failure of a class. */
const BY_CLASS: Readonly<Record<string, readonly string[]>> = {
  dataset_missing: ['dataset-paths', 'local-paths', 'missing-columns'],
  secret_missing: ['secrets'],
  permission_auth: ['secrets'],
  schema_mismatch: ['missing-columns', 'yfinance-columns', 'unknown-attributes'],
  shape_dtype_mismatch: ['yfinance-columns', 'certain-errors', 'format-strings', 'library-arguments', 'json-output'],
  pandas_compat: ['yfinance-columns', 'library-arguments', 'removed-names', 'unknown-attributes', 'missing-columns', 'early-stopping'],
  numpy_abi: ['removed-names'],
  api_compat: ['library-arguments', 'removed-names', 'early-stopping', 'shap-xgboost', 'unknown-attributes', 'optuna-space'],
  usage_error: ['optuna-space', 'certain-errors'],
  missing_module: ['missing-packages', 'removed-names'],
  syntax_error: ['python-syntax', 'undefined-names', 'unknown-attributes'],
  notebook_broken: ['notebook-format', 'kernel-metadata', 'python-syntax'],
  gpu_unavailable: ['gpu'],
  cuda_mismatch: ['gpu'],
  network_timeout: ['internet'],
  assertion_or_user_bug: [
    'undefined-names',
    'certain-errors',
    'yfinance-columns',
    'missing-columns',
    'json-output',
    'format-strings',
    'unknown-attributes',
    'early-stopping',
  ],
};

export interface Scored {
  readonly one: NotebookCase;
  readonly verdict: Verdict;
  readonly blocked: boolean;
  /** Blocked, and by a check that names why it failed. */
  readonly true: boolean;
}

/** Compares a verdict with what is known of the notebook. */
export function scoreCase(one: NotebookCase, verdict: Verdict): Scored {
  const accepted = new Set(one.reasons.flatMap((reason) => BY_CLASS[reason] ?? [reason]));
  const blocked = !verdict.passed;
  const named = verdict.errors.some((finding) => accepted.has(finding.check));
  return { one, verdict, blocked, true: one.failed && blocked && (accepted.size === 0 || named) };
}

export interface RuleScore {
  readonly check: string;
  /** Failing notebooks that it blocks for the true reason, or of which no reason is known. */
  readonly right: number;
  /** Failing notebooks that it blocks for another reason. */
  readonly beside: number;
  /** Good notebooks that it blocks. */
  readonly wrong: number;
  readonly warned: number;
}

/** How often each rule is right. */
export function scoreRules(scored: readonly Scored[], ids: readonly string[]): RuleScore[] {
  return ids.map((check) => {
    let [right, beside, wrong, warned] = [0, 0, 0, 0];
    for (const { one, verdict } of scored) {
      if (verdict.warnings.some((finding) => finding.check === check)) warned += 1;
      if (!verdict.errors.some((finding) => finding.check === check)) continue;
      const accepted = new Set(one.reasons.flatMap((reason) => BY_CLASS[reason] ?? [reason]));
      if (!one.failed) wrong += 1;
      else if (accepted.size === 0 || accepted.has(check)) right += 1;
      else beside += 1;
    }
    return { check, right, beside, wrong, warned };
  });
}

/** The table for a person. */
export function renderScores(scored: readonly Scored[], rules: readonly RuleScore[]): string {
  const failing = scored.filter(({ one }) => one.failed);
  const passing = scored.filter(({ one }) => !one.failed);
  const count = (list: readonly Scored[], key: 'blocked' | 'true'): number => list.filter((item) => item[key]).length;
  const lines = [
    `failing notebooks: ${String(failing.length)}, blocked ${String(count(failing, 'blocked'))}, for the true reason ${String(count(failing, 'true'))}`,
    `good notebooks: ${String(passing.length)}, blocked ${String(count(passing, 'blocked'))}`,
    '',
    `${'check'.padEnd(22)}right  beside  wrong  warned`,
    ...rules.map(
      (rule) =>
        `${rule.check.padEnd(22)}${String(rule.right).padStart(5)}${String(rule.beside).padStart(8)}${String(rule.wrong).padStart(7)}${String(rule.warned).padStart(8)}`,
    ),
    '',
    ...failing
      .filter((item) => !item.true)
      .map(
        (item) =>
          `missed: ${shortName(item.one)} (${item.one.reasons.join(', ')})${item.blocked ? `, blocked by ${[...new Set(item.verdict.errors.map((e) => e.check))].join(', ')}` : ''}`,
      ),
    ...passing
      .filter((item) => item.blocked)
      .map(
        (item) =>
          `false alarm: ${shortName(item.one)}: ${item.verdict.errors.map((e) => `${e.check} at ${String(e.cell ?? '')}:${String(e.line)}: ${e.message}`).join(' | ')}`,
      ),
    ...rules
      .filter((rule) => rule.wrong > rule.right)
      .map((rule) => `to be switched off: ${rule.check} has ${String(rule.wrong)} false and ${String(rule.right)} true alarms`),
  ];
  return lines.join('\n');
}
