import type { EnvPlan, PlannedPackage } from './schema.ts';

/** Packages that are needed and cannot be had. */
export function listBlocked(plan: Pick<EnvPlan, 'packages'>): PlannedPackage[] {
  return plan.packages.filter((item) => item.how === 'unavailable');
}

/** One line that says whether the environment can be built and how much of it is left to do. */
export function describeStatus(plan: EnvPlan): string {
  const blocked = listBlocked(plan);
  if (blocked.length > 0) return `Blocked: ${blocked.map((item) => item.name).join(', ')} cannot be had on ${plan.site}.`;
  const count = (...hows: PlannedPackage['how'][]): number => plan.packages.filter((item) => hows.includes(item.how)).length;
  const parts = [
    `${count('present')} there`,
    `${count('pip', 'apt')} to install`,
    ...(count('source') === 0 ? [] : [`${count('source')} to build`]),
    ...(count('no-op') === 0 ? [] : [`${count('no-op')} without effect`]),
  ];
  const open = (plan.conflicts ?? []).length + plan.gaps.length;
  return `${open === 0 ? 'Ready to build' : 'Can be built, with open points'}: ${parts.join(', ')}.`;
}
