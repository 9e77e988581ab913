import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeSdist, makeWheel } from '../../support/package-index/packages.ts';
import { openBench, type Bench } from './builds/bench.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});
const open = async (...parts: Parameters<typeof openBench>): Promise<Bench> => (bench = await openBench(...parts));

const TRAIN = 'import einops\nprint(einops.__version__)\nif __name__ == "__main__": pass\n';

describe('a build with a real Python and a real pip', () => {
  it('installs', async () => {
    const here = await open([makeWheel({ name: 'einops', version: '0.6.0' }), makeWheel({ name: 'einops', version: '0.7.0' })]);
    await here.write({ 'train.py': TRAIN, 'requirements.txt': 'einops==0.6.0\n' });
    const { document } = await here.plan();
    console.log(document);
    const built = await here.build();
    console.log(built);
    expect((await here.python('import einops; print(einops.__version__)')).out).toBe('0.6.0\n');
    expect(existsSync(join(here.folder, 'plan/env'))).toBe(true);
  });
  it('lock', async () => {
    const a = makeWheel({ name: 'einops', version: '0.6.0', requires: ['part'] });
    const b = makeWheel({ name: 'part', version: '1.0' });
    const here = await open([a, b, makeWheel({ name: 'part', version: '2.0' })]);
    await here.write({ 'train.py': TRAIN, 'pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["einops"]\n', 'uv.lock': `version = 1\nrequires-python = ">=3.9"\n${[a, b].map((f) => `[[package]]\nname = "${f.project}"\nversion = "${f.version}"\nsource = { registry = "https://pypi.org/simple" }\n${f === a ? 'dependencies = [\n    { name = "part" },\n]\n' : ''}wheels = [\n    { url = "https://files/${f.filename}", hash = "${here.index.hashOf(f)}", size = 1 },\n]\n`).join('\n')}` });
    const { document } = await here.plan();
    console.log(document);
    const built = await here.build();
    console.log(built);
  });
});
