/** Which versions of a package are left when the rules, this Python and this torch have been asked. */
import type { Details, FateRequest, Planning } from './fate.ts';
import { applyBound, checkPair, inOrder, isTooNew, judgePackage, type Hit } from './judge.ts';
import type { Place } from './place.ts';
import type { PairTable, Situation } from './rule.ts';
import { overlaps } from './versions.ts';

/** A rule as a plan cites it. */
export const ruleOf = (hit: Pick<Hit, 'id' | 'source'>): { id: string; source: string } => ({ id: hit.id, source: hit.source });

export interface Narrowed {
  readonly specifier: string;
  /** The rule that set it, where one did. */
  readonly hit: Hit | null;
  /** Why no version can work. */
  readonly blocked: (Details & { readonly why: string }) | null;
}

/** The versions that the rules leave: bounds first, then what goes with this Python and this torch. */
export function narrow(fate: FateRequest, bounds: readonly Hit[], planning: Planning): Narrowed {
  const { item, situation, place, families } = fate;
  const wish = item.specifier;
  if (item.asked && wish !== '') return { specifier: wish, hit: null, blocked: null };
  let specifier = wish;
  let hit: Hit | null = null;
  for (const bound of item.name === 'torch' ? [] : bounds) {
    if (bound.verdict.do !== 'bound') continue;
    if (isTooNew(bound.verdict, situation.python)) {
      if (bound.verdict.fatal === true) return { specifier, hit: bound, blocked: { rule: ruleOf(bound), why: bound.why } };
      // A release that might break something is no conflict; a name that the code uses is.
      if (bound.verdict.always !== true) continue;
      planning.conflicts.push(
        `${item.name}${bound.verdict.specifier} would be right (${bound.why}), but ends with Python ${bound.verdict.newestPython ?? ''}; here it is ${situation.python ?? ''}.`,
      );
      continue;
    }
    if (hit !== null && !overlaps(specifier, bound.verdict.specifier))
      planning.conflicts.push(
        `${item.name}${hit.verdict.do === 'bound' ? hit.verdict.specifier : ''} would be right (${hit.why}), and so would ${item.name}${bound.verdict.specifier} (${bound.why}): the latter is taken.`,
      );
    const next = applyBound(specifier, bound.verdict.specifier);
    if (next !== specifier) hit = bound;
    specifier = next;
  }
  const isLimited = place.versionOf(item.name) === null;
  if (isLimited) {
    for (const table of inOrder(families).flatMap((family) => family.pairs ?? [])) {
      const has = hasOf(table, item.name, situation);
      if (has === null) continue;
      const verdict = checkPair(table, specifier, has, describeHolder(table, place));
      const taken = verdict.range === null ? null : boundAgain(fate, verdict.range);
      if (verdict.conflict !== null) planning.conflicts.push(`${upperFirst(verdict.conflict)}${describeTaken(taken)}.`);
      const rule = { id: `pairs/${table.package}-${table.with}`, source: table.source };
      if (verdict.range === null) return { specifier, hit, blocked: { rule, why: verdict.conflict ?? 'no version fits' } };
      const before = specifier;
      if (verdict.conflict !== null && taken !== null) specifier = taken;
      // pip knows which releases a Python can take; of torch only some packages say it.
      else if (table.with !== 'python' && verdict.range !== '' && !/^===?\d[\d.]*$/.test(specifier))
        specifier = applyBound(specifier, verdict.range);
      if (verdict.conflict !== null || specifier !== before)
        hit ??= { ...rule, verdict: { do: 'bound', specifier }, why: verdict.conflict ?? `goes with ${table.with} ${has}` };
    }
  }
  if (specifier !== wish && wish !== '' && isLimited)
    planning.overrides.push({
      what: `${item.name}${wish} becomes ${specifier === '' ? `any ${item.name}` : specifier}`,
      why: hit?.why ?? 'nothing else fits',
    });
  return { specifier, hit, blocked: null };
}

/** A range that nobody chose: rules that leave a chosen version alone hold for it. */
function boundAgain({ item, families, situation }: FateRequest, range: string): string {
  const { bounds } = judgePackage(families, { name: item.name, specifier: range }, situation);
  return bounds.reduce(
    (all, { verdict }) =>
      verdict.do === 'bound' && !isTooNew(verdict, situation.python) && overlaps(all, verdict.specifier)
        ? applyBound(all, verdict.specifier)
        : all,
    range,
  );
}

function hasOf(table: PairTable, name: string, situation: Situation): string | null {
  if (table.package !== name) return null;
  return table.with === 'python' ? situation.python : table.with === 'torch' ? situation.torch : null;
}

/** Who brings what a package has to go with. */
export function describeHolder(table: Pick<PairTable, 'with'>, place: Place): string {
  if (place.image) return 'the image has';
  const isThere = table.with === 'python' ? place.base !== null && /^\d/.test(place.base.version) : place.versionOf(table.with) !== null;
  return isThere ? `${place.site.id} has` : 'this plan takes';
}

function describeTaken(range: string | null): string {
  return range === null ? '' : `, so ${range === '' ? 'any version' : range} is taken instead`;
}

function upperFirst(text: string): string {
  return text.startsWith('no ') ? `N${text.slice(1)}` : text;
}
