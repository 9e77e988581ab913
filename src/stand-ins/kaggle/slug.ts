/** The slug that a title gets. Letters of other scripts, which the real service writes in Latin ones, are dropped here. */
export function slugify(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/(?<=\d),(?=\d)/g, '')
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '')
    .join('-');
}
