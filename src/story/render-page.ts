import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Story } from '../core/story/schema.ts';
import { buildScript } from './build-script.ts';

const FOLDER = new URL('page/', import.meta.url);
const STYLES = ['style.css', 'timeline.css', 'panels.css'];

/** What surrounds a story; read once, the same for every story. */
interface Shell {
  readonly html: string;
  readonly style: string;
  readonly script: string;
  readonly policy: string;
}

let shell: Promise<Shell> | undefined;

/** One file that holds everything and asks nobody for anything. What people and programs said is data in it, never markup or script. */
export async function renderPage(story: Story): Promise<string> {
  shell ??= readShell();
  const { html, style, script, policy } = await shell;
  const parts: Readonly<Record<string, string>> = {
    '{{policy}}': policy,
    '{{title}}': escapeHtml(`The story of ${story.project}`),
    '<!--style-->': `<style>${style}</style>`,
    '<!--story-->': `<script id="story" type="application/json">${escapeJson(JSON.stringify(story, leaveOutEmpty))}</script>`,
    '<!--script-->': `<script type="module">${script}</script>`,
  };
  // A function, so that no `$&` in the story means anything.
  return html.replaceAll(/\{\{\w{1,20}\}\}|<!--\w{1,20}-->/g, (mark) => parts[mark] ?? '');
}

/** What the page may do, for the header of an answer over HTTP as well. */
export async function readPolicy(): Promise<string> {
  shell ??= readShell();
  return (await shell).policy;
}

async function readShell(): Promise<Shell> {
  const names = await readdir(fileURLToPath(FOLDER));
  const read = (name: string): Promise<string> => readFile(new URL(name, FOLDER), 'utf8');
  const modules = names.filter((name) => name.endsWith('.js'));
  const files = new Map(await Promise.all(modules.map(async (name) => [name, await read(name)] as const)));
  const style = (await Promise.all(STYLES.map(read))).join('\n');
  const script = buildScript(files, 'main.js');
  const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
  return { html: await read('index.html'), style, script, policy };
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Inside of a script element nothing but `</script` and `<!--` means anything; without `<` neither can be written. */
function escapeJson(json: string): string {
  return json.replaceAll(/[<>&\u2028\u2029]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (mark) => `&#${String(mark.charCodeAt(0))};`);
}

/** The schema puts back what is left out here. */
function leaveOutEmpty(key: string, value: unknown): unknown {
  const isEmpty = value === null || (value === '' && key === 'topic') || (Array.isArray(value) && value.length === 0);
  return isEmpty ? undefined : value;
}
