import type { Check, Fault, Finding } from './check.ts';
import { locate, type NotebookFolder } from './folder.ts';
import { Interpreter } from './interpreter.ts';

export interface Verdict {
  readonly passed: boolean;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Runs all checks that are switched on over a folder. Never runs the notebook. */
export function runChecks(folder: NotebookFolder, checks: readonly Check[]): Verdict {
  const on = checks.filter((check) => check.switchedOn === undefined);
  const whole = on.flatMap((check) => (check.folder?.(folder) ?? []).map((fault) => place(folder, check.id, fault)));
  const broken = whole.some((finding) => finding.check === 'python-syntax' && finding.level === 'error');
  // What the parser made of broken text is no ground for anything else.
  const walked = folder.tree === null || broken ? [] : new Interpreter(folder, on).walk(folder.tree.body);
  const findings = sortFindings([...whole, ...walked]);
  const errors = findings.filter((finding) => finding.level === 'error');
  return { passed: errors.length === 0, errors, warnings: findings.filter((finding) => finding.level === 'warning') };
}

function place(folder: NotebookFolder, check: string, fault: Fault & { readonly cell?: number | null }): Finding {
  const spot = fault.line === undefined ? { cell: fault.cell ?? null, line: null } : locate(folder, fault.line);
  return { check, level: fault.level, message: fault.message, ...spot, fix: fault.fix };
}

function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => (a.cell ?? 0) - (b.cell ?? 0) || (a.line ?? 0) - (b.line ?? 0) || (a.check < b.check ? -1 : 1));
}

/** The verdict for a person. */
export function renderVerdict(verdict: Verdict): string {
  const lines = [...verdict.errors, ...verdict.warnings].map((finding) => {
    const where = [
      finding.cell === null ? null : `cell ${String(finding.cell)}`,
      finding.line === null ? null : `line ${String(finding.line)}`,
    ];
    const place = where.filter((part) => part !== null).join(', ');
    return `${finding.level}${place === '' ? '' : ` · ${place}`} · ${finding.check}\n  ${finding.message}\n  ${finding.fix}`;
  });
  const count = (number: number, word: string): string => `${String(number)} ${word}${number === 1 ? '' : 's'}`;
  const sum = `${verdict.passed ? 'May be pushed' : 'Not to be pushed'}: ${count(verdict.errors.length, 'error')}, ${count(verdict.warnings.length, 'warning')}.`;
  return [...lines, sum].join('\n');
}
