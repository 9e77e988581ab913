import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { git } from '../git/git-lab.ts';
import { openBench, runProcess, type Bench, type Finished } from '../support/environment-bench.ts';
import { BUILD_TOOLS, describeOwnBuild } from '../support/environment-files.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/package-index/packages.ts';
import type { IndexFault } from '../support/package-index/server.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});
const open = async (...parts: Parameters<typeof openBench>): Promise<Bench> => (bench = await openBench(...parts));

const importing = (...modules: readonly string[]): string =>
  `${modules.map((name) => `import ${name}\n`).join('')}def train(loss):\n    loss.backward()\nif __name__ == "__main__":\n    train(0)\n`;
const isThere = (here: Bench, path: string): boolean => existsSync(join(here.folder, 'plan', path));

/** What uv writes down of these files; `needs` holds lines of their dependencies. */
function renderUvLock(here: Bench, files: readonly Distribution[], needs: Readonly<Record<string, string>>): string {
  const packages = files.map((file) => {
    const wanted = needs[file.project] === undefined ? '' : `dependencies = [\n    ${needs[file.project] ?? ''},\n]\n`;
    const wheel = `{ url = "https://files.example/${file.filename}", hash = "${here.index.hashOf(file)}", size = ${String(file.data.length)} }`;
    return `[[package]]\nname = "${file.project}"\nversion = "${file.version}"\n${wanted}wheels = [\n    ${wheel},\n]\n`;
  });
  return `version = 1\nrequires-python = ">=3.9"\n\n${packages.join('\n')}`;
}

/** A build that did not come to its end leaves nothing that could be taken for an environment, and says what, why and what next. */
function expectTakenBack(here: Bench, said: Finished, step: string): void {
  expect(said.code).toBe(1);
  expect(said.out).not.toContain('done:');
  expect(said.err).toMatch(new RegExp(`^${step}.*ended with exit code 1; taking the build back\\.$`, 'm'));
  expect(said.err).toContain('Put that right and run this again: it begins anew.');
  expect(isThere(here, 'env')).toBe(false);
  expect(isThere(here, 'plan/built')).toBe(false);
}

describe('from a repository to an environment, with Debian’s Python and pip', { timeout: 180_000 }, () => {
  it('takes extras, markers, commands of packages and a commit of a git repository, from an index with a password that nobody is told', async () => {
    const password = 'p@ss:word/1';
    const files = [
      makeWheel({
        name: 'Tiny.Thing',
        version: '1.2',
        requires: ['part>=1', 'addition; extra == "more"'],
        extras: ['more', 'other'],
        scripts: ['tiny-tool = tiny_thing:main'],
        files: { 'tiny_thing.py': 'def main():\n    print("the tool")\n' },
      }),
      makeWheel({ name: 'part', version: '1.0' }),
      makeWheel({ name: 'part', version: '2.0', requiresPython: '>=3.99' }),
      makeWheel({ name: 'addition', version: '0.5' }),
      ...BUILD_TOOLS,
    ];
    const here = await open(files, { user: 'ana', password });
    const source = join(here.folder, 'upstream');
    await mkdir(source);
    for (const [path, text] of Object.entries(describeOwnBuild('own_tool', 'WORD = "from git"\n')))
      await writeFile(join(source, path), text);
    git(source, 'init', '-q', '-b', 'main', '.');
    git(source, 'add', '--all');
    git(source, 'commit', '-q', '-m', 'one');
    const commit = git(source, 'rev-parse', 'HEAD');
    const bare = join(here.folder, 'own_tool.git');
    git(here.folder, 'clone', '-q', '--bare', source, bare);
    // The address that the repository names leads to this machine, as an account's own settings may have it.
    await writeFile(join(here.folder, 'home/.gitconfig'), `[url "file://${bare}"]\n\tinsteadOf = https://github.com/lab/own_tool.git\n`);
    await here.write({
      'train.py': `import sys\nif sys.version_info < (3, 6):\n    import nowhere_to_be_had\n${importing('tiny_thing', 'own_tool')}`,
      'requirements.txt': [
        'tiny_thing[more]>=1; python_version >= "3.6"',
        'nowhere-to-be-had==9; python_version < "3.6"',
        `own_tool @ git+https://github.com/lab/own_tool.git@${commit}`,
        '',
      ].join('\n'),
    });
    // Where the person stands, modules of these names lie about.
    for (const name of ['pip', 'venv', 'ensurepip'])
      await writeFile(join(here.folder, `${name}.py`), 'raise SystemExit("the wrong one")\n');
    const { plan, document, said } = await here.plan();
    expect(plan.packages.find((item) => item.name === 'nowhere-to-be-had')).toMatchObject({ how: 'left-out', rule: { id: 'code/marker' } });
    expect(document).toContain('`tiny-thing[more]`');
    const built = await here.build();
    expect(built.err).not.toContain('ERROR');
    expect(built.out).toContain('verified 2 of 2\n');
    expect(built.code).toBe(0);
    expect(isThere(here, 'plan/built')).toBe(true);
    const found = await here.python(
      'import part, addition, own_tool, subprocess; print(part.__version__, own_tool.WORD, flush=True); subprocess.run(["tiny-tool"])',
    );
    expect(found).toEqual({ code: 0, out: '1.0 from git\nthe tool\n', err: '' });
    const told = [JSON.stringify(plan), said.out, said.err, built.out, built.err].join('\n');
    for (const secret of [password, encodeURIComponent(password)]) expect(told).not.toContain(secret);
  });

  it('holds what is installed to the hashes of a lock file, and takes no other bytes', async () => {
    const chosen = [
      makeWheel({ name: 'einops', version: '0.6.0', requires: ['part'] }),
      makeWheel({ name: 'part', version: '1.0', requires: ['elsewhere; sys_platform == "win32"'] }),
      makeWheel({ name: 'elsewhere', version: '1.0' }),
      makeWheel({ name: 'checker', version: '1.0' }),
    ];
    const here = await open([...chosen, makeWheel({ name: 'einops', version: '0.7.0' }), makeWheel({ name: 'part', version: '2.0' })]);
    await here.write({
      'train.py': importing('einops'),
      'pyproject.toml': '[project]\nname = "x"\nversion = "1"\ndependencies = ["einops"]\n[dependency-groups]\ndev = ["checker"]\n',
      'uv.lock': renderUvLock(here, chosen, {
        einops: '{ name = "part" }',
        part: `{ name = "elsewhere", marker = "sys_platform == 'win32'" }`,
      }),
    });
    const { plan } = await here.plan();
    expect(plan.versions).toEqual(['uv.lock decides the versions of what is installed, hashes included.']);
    const lines = readFileSync(join(here.folder, 'plan/plan/requirements.txt'), 'utf8').trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['einops==0.6.0', 'part==1.0']);
    here.index.fail({ filename: 'part-', kind: 'other-bytes', times: 1 });
    const refused = await here.build();
    expect(refused.err).toContain('DO NOT MATCH THE HASHES');
    expectTakenBack(here, refused, 'step 4 of 6 \\(installs einops\\)');
    expect(await here.build()).toMatchObject({ code: 0, out: expect.stringContaining('einops 0.6.0\nverified 1 of 1\n') });
    expect((await here.python('import part; print(part.__version__)')).out).toBe('1.0\n');
  });
});

describe('a build that cannot come to its end', { timeout: 180_000 }, () => {
  const two = (name: string, needs: string): Distribution => makeWheel({ name, version: '1.0', requires: [needs] });
  it.each<{ what: string; files: Distribution[]; asks: string; fault?: IndexFault; says: RegExp }>([
    {
      what: 'wishes that exclude each other',
      files: [
        two('one', 'part<2'),
        two('thing', 'part>=2'),
        makeWheel({ name: 'part', version: '1.0' }),
        makeWheel({ name: 'part', version: '2.0' }),
      ],
      asks: 'one\nthing\n',
      says: /one 1\.0 depends on part<2[\s\S]*thing 1\.0 depends on part>=2[\s\S]*ResolutionImpossible/,
    },
    {
      what: 'a setup.py that fails',
      files: [
        makeSdist({ name: 'thing', version: '1.0', files: { 'setup.py': 'raise SystemExit("thing.h is missing")\n' } }),
        ...BUILD_TOOLS,
      ],
      asks: 'thing\n',
      says: /thing\.h is missing/,
    },
    {
      what: 'a wheel for another processor only',
      files: [
        makeWheel({ name: 'thing', version: '1.0', tag: `cp311-cp311-manylinux2014_${process.arch === 'arm64' ? 'x86_64' : 'aarch64'}` }),
      ],
      asks: 'thing==1.0\n',
      says: /No matching distribution found for thing==1\.0/,
    },
    {
      what: 'a download that breaks off each time',
      files: [makeWheel({ name: 'thing', version: '1.0', padding: 300_000 })],
      asks: 'thing\n',
      fault: { filename: 'thing-', kind: 'break-off' },
      // An old pip does not count the bytes and sees only that the hash is another.
      says: /Connection broken|IncompleteRead|DO NOT MATCH THE HASHES/,
    },
  ])('$what: everything is taken back, and pip’s reason stands above', async ({ files, asks, fault, says }) => {
    const here = await open(files);
    if (fault !== undefined) here.index.fail(fault);
    await here.write({ 'train.py': importing(...(asks.startsWith('one') ? ['one', 'thing'] : ['thing'])), 'requirements.txt': asks });
    await here.plan();
    const said = await here.build();
    expect(said.out + said.err).toMatch(says);
    expectTakenBack(here, said, 'step 4 of 6 \\(installs ');
  });

  it('does not count what can be installed and not be imported', async () => {
    const here = await open([makeWheel({ name: 'thing', version: '1.0', files: { 'thing.py': 'import no_such_module\n' } })]);
    await here.write({ 'train.py': importing('thing'), 'requirements.txt': 'thing\n' });
    await here.plan();
    const said = await here.build();
    expect(said.out).toContain('missing thing: ModuleNotFoundError');
    expectTakenBack(here, said, 'step 6 of 6 \\(imports everything that the entry needs\\)');
  });

  it('was killed: what its pip still does is waited for, and the next one begins anew', async () => {
    const here = await open([makeWheel({ name: 'thing', version: '1.0', padding: 300_000 })]);
    await here.write({ 'train.py': importing('thing'), 'requirements.txt': 'thing\n' });
    await here.plan();
    here.index.fail({ filename: 'thing-', kind: 'stall', times: 1 });
    const child = spawn('sh', [join(here.folder, 'plan/build.sh'), join(here.folder, 'plan')], { env: here.env, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await expect.poll(() => here.index.requests.some((line) => line.includes('/files/thing-')), { timeout: 90_000 }).toBe(true);
    child.kill('SIGKILL');
    await ended;
    expect([isThere(here, 'env'), isThere(here, 'plan/built')]).toEqual([true, false]);
    const refused = await here.build();
    expect(refused).toMatchObject({ code: 75, out: '', err: expect.stringContaining('a step that one left running, is at work there') });
    await expect.poll(async () => (await here.build()).code, { timeout: 90_000 }).toBe(0);
    expect((await here.python('import thing; print(thing.__version__)')).out).toBe('1.0\n');
    expect(isThere(here, 'plan/built')).toBe(true);
  }, 240_000);

  it.skipIf(!existsSync('/usr/bin/bwrap'))('ran out of space: what lay there is gone, and pip says why', async () => {
    const here = await open([makeWheel({ name: 'thing', version: '1.0', padding: 12_000_000 })]);
    await here.write({ 'train.py': importing('thing'), 'requirements.txt': 'thing\n' });
    await here.plan();
    const small = join(here.folder, 'small');
    await mkdir(small);
    const script = 'cp -r "$1/plan" "$1/build.sh" "$2" && sh "$2/build.sh" "$2"; code=$?; ls -A "$2"; exit $code';
    // A disk of its own, large enough for an empty environment.
    const disk = ['bwrap', '--dev-bind', '/', '/', '--size', '9000000', '--tmpfs', small];
    const said = await runProcess([...disk, 'sh', '-c', script, 'sh', join(here.folder, 'plan'), small], here.folder, here.env);
    expect(said.err).toContain('No space left on device');
    expect(said.err).toMatch(/^step \d of 6 \(.*\) ended with exit code \d+; taking the build back\.$/m);
    expect([said.code, said.out.trim().split('\n').slice(-2).sort()]).toEqual([1, ['build.sh', 'plan']]);
  });
});
