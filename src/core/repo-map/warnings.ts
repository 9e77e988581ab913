/** Files that are not what their names say: the map goes on without them and says so. */
import { parse as parseToml, TomlError } from 'smol-toml';
import { lineAt, nameOf, type RepoInput } from './input.ts';
import { isPlainYaml } from './plain-yaml.ts';
import type { MapWarning } from './schema.ts';
import type { Sources } from './sources.ts';
import { readYamlDocuments } from './yaml-text.ts';

const MAX_WARNINGS = 100;
const MAX_YAML_BYTES = 100_000;
const MAX_YAML_TOTAL = 1_500_000;

/** What whoever loaded the files could not read, and what no parser accepts, with the line where one is known. */
export function findWarnings(input: RepoInput, sources: Sources): MapWarning[] {
  const found: MapWarning[] = [...(input.warnings ?? [])];
  let yaml = 0;
  for (const file of input.files) {
    if (found.length >= MAX_WARNINGS) break;
    const { path, text } = file;
    if (text === null || /(^|\/)(third_party|vendor|external|tests?|\.github)\//.test(path)) continue;
    if (path.endsWith('.toml')) found.push(...checkToml(path, text));
    else if (path.endsWith('.ipynb') && !sources.byPath.has(path)) found.push(...checkJson(path, text, 'no notebook'));
    else if (path.endsWith('.json') && isSettings(path)) found.push(...checkJson(path, text, 'broken JSON'));
    else if (/\.ya?ml$/.test(path) && text.length < MAX_YAML_BYTES && yaml < MAX_YAML_TOTAL) {
      yaml += text.length;
      found.push(...checkYaml(path, text));
    }
  }
  for (const { path, line } of sources.stops) found.push({ file: path, line, what: 'too slow to parse; read in outline only' });
  if (input.files.some((file) => file.path.includes('\\'))) {
    const file = input.files.find((item) => item.path.includes('\\'))?.path ?? '';
    found.push({ file, line: null, what: 'a backslash in its name, as Windows separates folders' });
  }
  return found.slice(0, MAX_WARNINGS);
}

function isSettings(path: string): boolean {
  return (
    /config|conf|setting|param|(^|\/)package\.json$|deepspeed|ds_/i.test(nameOf(path)) &&
    !/tsconfig|jsconfig|\.vscode|\.devcontainer/.test(path)
  );
}

function checkToml(file: string, text: string): MapWarning[] {
  try {
    parseToml(text);
    return [];
  } catch (error) {
    const line = error instanceof TomlError ? error.line : null;
    return [{ file, line: line !== null && line >= 1 ? line : null, what: 'broken TOML' }];
  }
}

function checkJson(file: string, text: string, what: string): MapWarning[] {
  try {
    const value: unknown = JSON.parse(text);
    return what === 'no notebook' && !(typeof value === 'object' && value !== null && 'cells' in value) ? [{ file, line: 1, what }] : [];
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const at = /position (\d{1,9})/.exec(message)?.[1] ?? (message.includes('end of JSON') ? text.trimEnd().length : undefined);
    const line = at === undefined ? null : Math.max(1, lineAt(text, Number(at)));
    return [{ file, line, what: what === 'no notebook' ? 'broken JSON, so no notebook' : what }];
  }
}

function checkYaml(file: string, text: string): MapWarning[] {
  // Templates become YAML only when they are filled in.
  if (/\{\{|\{%/.test(text)) return [];
  try {
    const line = isPlainYaml(text) ? null : readYamlDocuments(text).brokenAt;
    return line === null ? [] : [{ file, line, what: 'broken YAML' }];
  } catch {
    return [{ file, line: null, what: 'broken YAML' }];
  }
}
