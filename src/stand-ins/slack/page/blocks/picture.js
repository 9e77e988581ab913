import { h, toSafeHref } from '../dom.js';
import { asObject, asText } from './text.js';

/**
 * @typedef {import('./text.js').Json} Json
 * @typedef {import('../../page-api.ts').FileView} FileView
 */

/**
 * The address of a picture: an uploaded file by its id, or a public one.
 * @param {Json} image
 * @param {readonly FileView[]} files
 */
function findSource(image, files) {
  const wanted = asObject(image['slack_file']);
  const id = asText(wanted['id']);
  const known = files.find((file) => file.id === id);
  if (known) return known.path;
  if (id) return `/files/${encodeURIComponent(id)}`;
  return toSafeHref(image['image_url'] ?? wanted['url']) ?? '';
}

/**
 * A picture with its alternative text.
 * @param {Json} image
 * @param {readonly FileView[]} files
 * @param {string} className
 */
export function renderPicture(image, files, className) {
  const alt = asText(image['alt_text']);
  const source = findSource(image, files);
  const picture = h('img', { class: className, src: source, alt, loading: 'lazy', referrerpolicy: 'no-referrer' });
  // The console loads nothing from elsewhere, so a public picture is a link instead.
  const replace = () =>
    picture.replaceWith(
      h('a', { class: 'missing-image', href: source, target: '_blank', rel: 'noopener noreferrer' }, `Image: ${alt || source}`),
    );
  picture.addEventListener('error', replace);
  return picture;
}
