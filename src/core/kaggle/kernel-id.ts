import { z } from 'zod';

/** The part of an address that names a kernel or a dataset of its owner. */
export const Slug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/, 'only a-z, 0-9 and inner hyphens');
const Owner = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,98}$/, 'only letters, digits, hyphens and underscores');

/** `owner/slug` in two parts. */
export const KernelId = z.object({ owner: Owner, slug: Slug });
export type KernelId = z.infer<typeof KernelId>;

const LEAST_SLUG = 5;
const TITLE = { least: 5, most: 50 };

/** Reads `owner/slug`; null for anything else, also for a version at the end, which Kaggle refuses in most places. */
export function parseKernelId(text: string): KernelId | null {
  const [owner, slug, ...more] = text.split('/');
  const parsed = KernelId.safeParse({ owner, slug });
  return parsed.success && more.length === 0 ? parsed.data : null;
}

export function formatKernelId({ owner, slug }: KernelId): string {
  return `${owner}/${slug}`;
}

/** Reads what a push answers: `/code/owner/slug`, a web address of it, with or without a version behind it. */
export function readKernelRef(text: string): KernelId | null {
  const path = text.replace(/^https?:\/\/[^/]{1,200}/, '').split(/[?#]/, 1)[0] ?? '';
  const parts = path.split('/').filter((part) => part !== '');
  const [owner, slug] = parts[0] === 'code' || parts[0] === 'kernels' ? parts.slice(1) : parts;
  const parsed = KernelId.safeParse({ owner, slug });
  return parsed.success ? parsed.data : null;
}

/**
 * The slug under which Kaggle files a title: lower case, accents stripped, every run of anything else one hyphen. Null where that is not
 * certain: letters and signs that need a transliteration table, character references.
 */
export function slugifyTitle(title: string): string | null {
  const composed = title.normalize('NFC');
  if (/&#?\w{1,40};/.test(title) || title.normalize('NFKC') !== composed) return null;
  const plain = composed
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    // Curly quotes vanish, straight ones separate.
    .replaceAll(/[‘’]/g, '')
    .replaceAll(/[‐-―“”«»]/g, '-')
    .toLowerCase();
  if (/[^\u0000-\u007F]/.test(plain)) return null;
  return trimHyphens(plain.replaceAll(/(?<=\d),(?=\d)/g, '').replaceAll(/[^a-z0-9]+/g, '-'));
}

function trimHyphens(text: string): string {
  const from = text.startsWith('-') ? 1 : 0;
  return text.slice(from, text.length > 1 && text.endsWith('-') ? -1 : undefined);
}

/** Why Kaggle would not file this title under this slug; null when it does. */
export function checkTitle(title: string, slug: string): string | null {
  if (title.length < TITLE.least || title.length > TITLE.most) {
    return `the title has ${title.length} characters, Kaggle takes ${TITLE.least} to ${TITLE.most}`;
  }
  if (slug.length < LEAST_SLUG) return `the slug ${slug} is shorter than ${LEAST_SLUG} characters`;
  const filed = slugifyTitle(title);
  if (filed === null) return 'the title holds characters of which it is not certain how Kaggle writes them in the address';
  return filed === slug ? null : `Kaggle files the title “${title}” under ${filed}, and the id says ${slug}`;
}

/** Where a person sees a kernel, and where its editor is. */
export function linkKernel(id: KernelId, place: 'page' | 'editor' = 'page'): string {
  return `https://www.kaggle.com/code/${formatKernelId(id)}${place === 'editor' ? '/edit' : ''}`;
}
