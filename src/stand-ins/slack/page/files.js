import { h, icon } from './dom.js';

/** @typedef {import('../page-api.ts').FileView} FileView */

const FIRST_LINES = 6;
const PREVIEW_LIMIT = 400_000;

/** @param {number} bytes */
export function formatSize(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} kB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

/** @param {FileView} file */
function isTextFile(file) {
  return (
    /^text\/|json|xml|yaml|toml|javascript|x-sh|x-python/.test(file.mimetype) ||
    /\.(log|txt|md|ya?ml|toml|csv|out|err|diff|patch|py|sh)$/i.test(file.name)
  );
}

/** SVG may carry scripts and Slack does not show it either. @param {FileView} file */
function isPicture(file) {
  return file.mimetype.startsWith('image/') && !file.mimetype.includes('svg');
}

/** One attached file: picture, first lines of a text, or a card; always with its size and a download. @param {FileView} file */
export function renderFile(file) {
  const title = file.title || file.name;
  const head = h(
    'div',
    { class: 'file-head' },
    icon('file', 16),
    h('span', { class: 'file-name' }, title),
    h('span', { class: 'file-size' }, formatSize(file.size)),
    h(
      'a',
      { class: 'icon-button', href: file.path, download: file.name, 'aria-label': `Download ${title}`, title: 'Download' },
      icon('download', 16),
    ),
  );
  if (isPicture(file)) {
    const picture = h('img', { class: 'picture', src: file.path, alt: file.alt || title, loading: 'lazy' });
    return h('figure', { class: 'file' }, head, h('a', { href: file.path, target: '_blank', 'aria-label': `Open ${title}` }, picture));
  }
  const box = h('div', { class: 'file' }, head);
  if (isTextFile(file) && file.size <= PREVIEW_LIMIT) void addPreview(box, file);
  return box;
}

/** @param {HTMLElement} box @param {FileView} file */
async function addPreview(box, file) {
  const response = await fetch(file.path).catch(() => null);
  if (!response?.ok) return;
  const lines = (await response.text()).replace(/\n$/, '').split('\n');
  const short = lines.slice(0, FIRST_LINES).join('\n');
  const code = h('code', {}, short);
  box.append(h('pre', { class: 'file-preview', tabindex: '0' }, code));
  if (lines.length <= FIRST_LINES) return;
  let isOpen = false;
  const more = h('button', { type: 'button', class: 'text-button', 'aria-expanded': 'false' }, `Show all ${lines.length} lines`);
  more.addEventListener('click', () => {
    isOpen = !isOpen;
    code.textContent = isOpen ? lines.join('\n') : short;
    more.textContent = isOpen ? 'Show less' : `Show all ${lines.length} lines`;
    more.setAttribute('aria-expanded', String(isOpen));
  });
  box.append(more);
}

/** The files of a message. @param {readonly FileView[]} files */
export function renderFiles(files) {
  return h('div', { class: 'files' }, files.map(renderFile));
}
