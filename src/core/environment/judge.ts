/** What the rules say of one package at one place. Pure. */
import type { Pair, PairTable, Rule, RuleFamily, Situation, Verdict } from './rule.ts';
import { compareVersions, joinSpecifiers, overlaps, satisfies } from './versions.ts';

export interface Hit {
  /** `family/rule`. */
  readonly id: string;
  readonly source: string;
  readonly verdict: Verdict;
  /** The rule's sentence, with the place in the code where that decided. */
  readonly why: string;
}

export interface Judgement {
  /** The first rule that decides what becomes of the package; null where none does. */
  readonly decision: Hit | null;
  /** Rules that narrow its versions. */
  readonly bounds: readonly Hit[];
}

/** Asks every family in its order. */
export function judgePackage(families: readonly RuleFamily[], asked: { name: string; specifier: string }, situation: Situation): Judgement {
  const bounds: Hit[] = [];
  let decision: Hit | null = null;
  for (const family of inOrder(families)) {
    for (const rule of family.rules ?? []) {
      const bound = rule.verdict.do === 'bound';
      if ((!bound && decision !== null) || !names(rule, asked.name)) continue;
      const place = applies(rule, asked.specifier, situation);
      if (place === null) continue;
      const hit: Hit = { id: `${family.id}/${rule.id}`, source: rule.source, verdict: rule.verdict, why: rule.why + place };
      if (bound) bounds.push(hit);
      else decision = hit;
    }
  }
  return { decision, bounds };
}

/** Families sorted by their order, as they are asked. */
export function inOrder(families: readonly RuleFamily[]): RuleFamily[] {
  return [...families].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

function names(rule: Rule, name: string): boolean {
  return rule.packages.some((item) => (item.endsWith('*') ? name.startsWith(item.slice(0, -1)) : item === name));
}

/** The place in the code as ` (file:line)`, an empty text where no code is asked for; null when the rule does not hold. */
function applies({ when = {}, verdict }: Rule, specifier: string, situation: Situation): string | null {
  if (when.gpu !== undefined && !when.gpu.includes(situation.gpu)) return null;
  if (when.arch !== undefined && !when.arch.includes(situation.arch)) return null;
  if (when.python !== undefined && (situation.python === null || !satisfies(situation.python, when.python))) return null;
  if (when.before !== undefined && (situation.committedAt === null || situation.committedAt.slice(0, 10) >= when.before)) return null;
  if (verdict.do === 'bound' && !narrows(verdict, specifier)) return null;
  if (when.withoutCode !== undefined && situation.findCode(when.withoutCode) !== null) return null;
  if (when.code === undefined) return '';
  const place = situation.findCode(when.code);
  return place === null ? null : ` (${place})`;
}

/** A bound says something new, and does not correct a version that the repository chose itself unless it always holds. */
function narrows(then: Extract<Verdict, { do: 'bound' }>, specifier: string): boolean {
  if (then.fatal === true) return true;
  const chosen = /(?:^|,)\s*(?:===?|~=|<)/.test(specifier);
  if (!overlaps(specifier, then.specifier)) return then.always === true;
  return !chosen || (then.always === true && !isWithin(specifier, then.specifier));
}

/** Whether an exact pin, or an upper limit, keeps a wish inside a range already. */
function isWithin(specifier: string, range: string): boolean {
  const pin = /(?:^|,)\s*===?\s*([\d.]+)/.exec(specifier)?.[1] ?? /(?:^|,)\s*~=\s*([\d.]+)/.exec(specifier)?.[1];
  if (pin !== undefined) return satisfies(pin, range);
  const end = (text: string): string | undefined => /(?:^|,)\s*<=?\s*([\d.]+)/.exec(text)?.[1];
  const start = (text: string): string | undefined => /(?:^|,)\s*>=\s*([\d.]+)/.exec(text)?.[1];
  const [limit, allowed, from, least] = [end(specifier), end(range), start(specifier), start(range)];
  if (limit === undefined || allowed === undefined || compareVersions(limit, allowed) > 0) return false;
  return least === undefined || (from !== undefined && compareVersions(from, least) >= 0);
}

/** Whether the interpreter is too new for what a bound asks for. */
export function isTooNew(then: Verdict, python: string | null): boolean {
  if (then.do !== 'bound' || then.newestPython === undefined || python === null) return false;
  return compareVersions(python.split('.').slice(0, 2).join('.'), then.newestPython) > 0;
}

/** A wish narrowed by a bound; where both cannot be met, the bound. */
export function applyBound(specifier: string, bound: string): string {
  if (!overlaps(specifier, bound)) return bound;
  return isWithin(specifier, bound) ? specifier : joinSpecifiers(specifier, bound);
}

export interface PairVerdict {
  /** A sentence, when the wish cannot be met beside what is there. */
  readonly conflict: string | null;
  /** Versions that go with what is there; null when none do, empty when all do. */
  readonly range: string | null;
}

/** Whether a wish for a package goes with the version of something else that is there, and which versions would. `where` begins what the
 *  sentence says of that: `the image has`. */
export function checkPair(table: PairTable, specifier: string, has: string, where = 'here it is'): PairVerdict {
  const wanted = listRows(table, specifier);
  const fits = (row: Pair): boolean => satisfies(has, row.needs);
  const fitting = wanted.filter(fits);
  if (fitting.length > 0) return { conflict: null, range: fitting.length === table.rows.length ? '' : spanOf(fitting) };
  const other = table.with === 'python' ? 'Python' : table.with;
  // What the table does not know yet is nobody's conflict.
  if (wanted.length === 0) return { conflict: null, range: '' };
  const needs = wanted.at(-1)?.needs ?? '';
  const conflict =
    specifier === ''
      ? `no release of ${table.package} goes with ${other} ${has}`
      : `${table.package}${specifier} wants ${other} ${needs}; ${where} ${has}`;
  const first = table.rows.indexOf(wanted[0] ?? { from: '', to: null, needs: '' });
  const later = table.rows.slice(first).filter(fits);
  const found = later.length > 0 ? later.slice(0, 1) : table.rows.filter(fits).slice(-1);
  return { conflict, range: found.length === 0 ? null : spanOf(found) };
}

/** The tables that hold packages, or one of them, against something: `python`, `torch`. */
export function pairTables(families: readonly RuleFamily[], withWhat: string, name?: string): PairTable[] {
  const all = families.flatMap((family) => family.pairs ?? []);
  return all.filter((table) => table.with === withWhat && (name === undefined || table.package === name));
}

/** The rows of a table that a wish can mean. */
export function listRows(table: PairTable, specifier: string): Pair[] {
  return table.rows.filter((row) => overlaps(specifier, rangeOf(row)));
}

function rangeOf(row: Pair): string {
  return joinSpecifiers(row.from === '0' ? '' : `>=${row.from}`, row.to === null ? '' : `<${row.to}`);
}

function spanOf(rows: readonly Pair[]): string {
  const [first] = rows;
  const last = rows.at(-1);
  return first === undefined || last === undefined ? '' : rangeOf({ from: first.from, to: last.to, needs: '' });
}
