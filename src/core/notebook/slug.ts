/** The slug that Kaggle makes of a title: lower case, accents off, every run of other characters one hyphen, symbols dropped at the ends. */
export function slugify(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/['’]/g, '')
    .toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}
