import type { Check } from './checks.ts';
import type { GateReport } from './judge.ts';

const TITLES = { gate1: 'Gate 1, stand-alone', gate2: 'Gate 2, information', gate3: 'Gate 3, ablation (any one)' } as const;
const WORDS = { passed: 'passed', failed: 'FAILED', 'not measured': 'not measured' } as const;
const SIGNS = { below: '<', 'at most': '≤', above: '>', 'at least': '≥' } as const;

function showValue(value: number | null): string {
  if (value === null) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function renderCheck(name: string, item: Check): string {
  const limit = `${SIGNS[item.rule]} ${item.threshold}`;
  return `  ${name.padEnd(20)} ${showValue(item.value).padStart(10)}  ${limit.padEnd(9)} ${WORDS[item.verdict].padEnd(13)} ${item.why}`;
}

/** The table that a person reads: value, limit, verdict and why, for each check. */
export function renderGates(report: GateReport): string {
  const left = report.rows_dropped === 0 ? '' : `, ${report.rows_dropped} left out for missing values`;
  const verdict = report.verdict === 'not measured' ? 'not passed, since not everything was measured' : WORDS[report.verdict];
  const lines = [`${report.feature}: ${verdict} (${report.rows} rows${left})`];
  for (const key of ['gate1', 'gate2', 'gate3'] as const) {
    lines.push('', `${TITLES[key]}: ${WORDS[report[key].verdict]}`);
    for (const [name, item] of Object.entries<Check>(report[key].checks)) lines.push(renderCheck(name, item));
  }
  const { baseline_sha256: sha, baseline_pinned: pinned } = report.gate3;
  if (sha !== null) {
    lines.push('', pinned ? `baseline ${sha}, as pinned` : `The baseline is not pinned. Put "baseline_sha256": "${sha}" into the spec.`);
  }
  return lines.join('\n');
}
