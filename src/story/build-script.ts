/** Puts the page's modules into one script: each in a scope of its own, in the order in which they need each other. */

const IMPORT = /^import \{([^}]{1,2000})\} from '\.\/([\w-]{1,60}\.js)';$/gm;
const EXPORT = /^export (?=(?:async )?(?:function|const|class) (\w{1,60}))/gm;

/** One script from modules that import from each other by `import { a, b } from './file.js'` and export by name; anything else is a mistake. */
export function buildScript(files: ReadonlyMap<string, string>, entry: string): string {
  const placed: string[] = [];
  const done = new Set<string>();
  const place = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) throw new Error(`${[...above, name].join(' → ')} need each other`);
    if (done.has(name)) return;
    done.add(name);
    const text = files.get(name);
    if (text === undefined) throw new Error(`${above.at(-1) ?? 'the page'} imports ${name}, and there is no such file`);
    for (const [, , needed = ''] of text.matchAll(IMPORT)) place(needed, [...above, name]);
    placed.push(wrapModule(name, text));
  };
  place(entry, []);
  return placed.join('\n');
}

function wrapModule(name: string, text: string): string {
  const names = [...text.matchAll(EXPORT)].map(([, exported]) => exported ?? '');
  const body = text
    .replaceAll(IMPORT, (_whole, imported: string, from: string) => `const {${imported}} = ${nameScope(from)};`)
    .replaceAll(EXPORT, '');
  const left = /^(?:import|export)\b.{0,80}/m.exec(body);
  if (left !== null) throw new Error(`${name} says “${left[0]}”, which the page's script cannot hold`);
  return `const ${nameScope(name)} = (() => {\n${body}\nreturn { ${names.join(', ')} };\n})();`;
}

function nameScope(file: string): string {
  return `$${file.replace(/\.js$/, '').replaceAll('-', '_')}`;
}
