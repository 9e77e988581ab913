import type { Setting } from '../diary/entry.ts';
import type { SettingChange } from './schema.ts';

const keyOf = ({ group, name }: Pick<Setting, 'group' | 'name'>): string => `${group} ${name}`;

/** What a run is done with, as it is told; each telling answers what became different. */
export class SettingsFollower {
  #known: readonly Setting[] = [];

  /** A group that is named is named whole. */
  tell(settings: readonly Setting[]): SettingChange[] {
    if (settings.length === 0) return [];
    const groups = new Set(settings.map((one) => one.group));
    const before = this.#known.filter((one) => groups.has(one.group));
    this.#known = [...this.#known.filter((one) => !groups.has(one.group)), ...settings];
    return compareSettings(before, settings);
  }

  list(): readonly Setting[] {
    return this.#known;
  }
}

/** What differs between two lists, named in the order of the second; what only the first has comes last. */
export function compareSettings(before: readonly Setting[], after: readonly Setting[]): SettingChange[] {
  const old = new Map(before.map((one) => [keyOf(one), one.value]));
  const kept = new Map(after.map((one) => [keyOf(one), one]));
  return [
    ...[...kept].flatMap(([key, { group, name, value }]) => {
      const was = old.get(key) ?? null;
      return was === value ? [] : [{ group, name, before: was, after: value }];
    }),
    ...before.filter((one) => !kept.has(keyOf(one))).map(({ group, name, value }) => ({ group, name, before: value, after: null })),
  ];
}
