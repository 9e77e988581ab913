/** Items that have the same key, together; groups and items stay in the order in which they came. */
export function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): { readonly key: string; readonly items: readonly [T, ...T[]] }[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups].map(([key, group]) => ({ key, items: group }));
}
