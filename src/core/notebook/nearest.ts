/** The name that differs in a letter or in capitals only; null when there is none. */
export function nearest(name: string, names: ReadonlySet<string>): string | null {
  const plain = name.toLowerCase().replaceAll('_', '');
  for (const one of names) if (one.toLowerCase().replaceAll('_', '') === plain) return one;
  for (const one of names) if (one.length > 3 && isOneOff(plain, one.replaceAll('_', ''))) return one;
  return null;
}

/** Whether two words differ by one letter that was put in, left out or changed, or by two that were swapped. */
function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  const restA = a.slice(start);
  const restB = b.slice(start);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA.length > 1 && restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
