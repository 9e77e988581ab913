import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { buildScript } from '../../src/story/build-script.ts';

const build = (files: Readonly<Record<string, string>>): string => buildScript(new Map(Object.entries(files)), 'main.js');

it('runs modules in the order in which they need each other, each with names of its own', () => {
  const script = build({
    'main.js':
      "import { b } from './b.js';\nimport {\n  a,\n  more,\n} from './a-file.js';\nconst own = 1;\nresults.push(own, a(), b, more);\n",
    'a-file.js': "import { b } from './b.js';\nconst own = 2;\nexport function a() {\n  return own + b;\n}\nexport const more = 'more';\n",
    'b.js': 'const own = 10;\nexport const b = own;\n',
  });
  const results: unknown[] = [];
  runInNewContext(script, { results });
  expect(results).toEqual([1, 12, 10, 'more']);
});

it.each([
  ['a file that is not there', { 'main.js': "import { x } from './x.js';\n" }, 'main.js imports x.js, and there is no such file'],
  ['a circle', { 'main.js': "import { x } from './x.js';\n", 'x.js': "import { y } from './main.js';\n" }, 'main.js → x.js → main.js'],
  ['what it cannot hold', { 'main.js': 'export default 1;\n' }, 'main.js says “export default 1;”'],
])('refuses %s', (_what, files, why) => {
  expect(() => build(files as unknown as Record<string, string>)).toThrow(why);
});
