/** Numbers and names as people write them in programs. Pure. */

/** A default as a number; null when it is none. */
export function numberOf(text: string | null): number | null {
  if (text === null || text.length > 40) return null;
  const plain = text.replaceAll('_', '').trim();
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  const product = /^(\d+)\s*(\*{1,2}|<<)\s*(\d+)$/.exec(plain);
  if (product === null) return null;
  const [left, right] = [Number(product[1]), Number(product[3])];
  const value = product[2] === '**' ? left ** right : product[2] === '<<' ? left * 2 ** right : left * right;
  return Number.isFinite(value) ? value : null;
}

/** An argument's name without dashes and signs in front, in one spelling: `--max-steps`, `+max_steps` and `Max_Steps` are the same. */
export function plainName(name: string): string {
  return name
    .replace(/^[-+]+/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}
