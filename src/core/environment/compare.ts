/** What is different about the same entry at other sites. */
import type { SiteProfile } from '../site.ts';
import type { EnvPlan, PlannedPackage } from './schema.ts';

const WORDS: Readonly<Record<PlannedPackage['how'], string>> = {
  present: 'there',
  pip: 'from a wheel',
  source: 'built from source',
  apt: 'from Debian',
  replaced: 'replaced',
  'no-op': 'a stand-in',
  'left-out': 'left out',
  unavailable: 'not to be had',
};
const MAX_NAMES = 8;

/** One line a site: strategy, torch, and the packages whose fate is another. */
export function listDifferences(plan: EnvPlan, others: readonly EnvPlan[]): string[] {
  const here = new Map(plan.packages.map((item) => [item.name, item.how]));
  return others.map((other) => {
    const moved = other.packages.filter((item) => here.get(item.name) !== item.how && item.how !== 'replaced');
    const names = moved.slice(0, MAX_NAMES).map((item) => `${item.name} ${WORDS[item.how]}`);
    const more = moved.length > MAX_NAMES ? ` and ${moved.length - MAX_NAMES} more` : '';
    const torch = other.lines?.torch;
    const line =
      torch === undefined
        ? ''
        : `, torch ${torch.version === null || torch.version === '' ? 'as the image or the index has it' : torch.version}${torch.build === null ? '' : ` (${torch.build})`}`;
    return `${other.site}: \`${other.strategy}\`${line}${names.length === 0 ? '; the same packages' : `; ${names.join(', ')}${more}`}.`;
  });
}

/** Other sites worth comparing with: at most one for each kind of GPU and processor, in the order of their names. */
export function chooseOthers(site: SiteProfile, sites: readonly SiteProfile[], limit = 3): SiteProfile[] {
  const kindOf = (item: SiteProfile): string => `${item.gpu.vendor} ${item.arch.compute}`;
  const seen = new Set([kindOf(site)]);
  const chosen: SiteProfile[] = [];
  // Sites whose image is described tell more than those of which little is known.
  const known = (item: SiteProfile): number => (item.packages.container?.images[0]?.provides === undefined ? 1 : 0);
  for (const item of [...sites].sort((a, b) => known(a) - known(b) || (a.id < b.id ? -1 : 1))) {
    if (item.gpu.vendor === 'none' || seen.has(kindOf(item)) || chosen.length >= limit) continue;
    seen.add(kindOf(item));
    chosen.push(item);
  }
  return chosen;
}
