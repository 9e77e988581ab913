/** Where packages and their versions come from besides plain requirements: addresses, lock files, dates, names in configs. */
import { describe, expect, it } from 'vitest';
import { renderBuildScript } from '../../../src/core/environment/build-script.ts';
import { renderEnvPlan } from '../../../src/core/environment/render.ts';
import { cleanUrl, gitUrl } from '../../../src/core/repo-map/declared/direct-url.ts';
import { readLockFile } from '../../../src/core/repo-map/declared/lock-files.ts';
import fc from '../../support/properties.ts';
import { repoFiles } from '../repo-map/helpers.ts';
import { fateOf, fileOf, main, makeFacts, makeSite, plan, slurm, type Files } from './helpers.ts';

describe('an address', () => {
  it.each([
    ['git+https://github.com/openai/CLIP.git', 'git+https://github.com/openai/CLIP.git'],
    [' git+https://github.com/a/b.git@0f1e#egg=b&subdirectory=python', 'git+https://github.com/a/b.git@0f1e#subdirectory=python'],
    ['git+ssh://git@github.com/a/b.git', 'git+https://github.com/a/b.git'],
    ['git@github.com:a/b.git', 'git+https://github.com/a/b.git'],
    ['git://github.com/a/b.git', 'git+https://github.com/a/b.git'],
    ['https://github.com/a/b', 'git+https://github.com/a/b'],
    ['https://github.com/a/b/archive/main.zip ; python_version > "3"', 'https://github.com/a/b/archive/main.zip'],
    ['https://host.example/x/a-1.0-py3-none-any.whl', 'https://host.example/x/a-1.0-py3-none-any.whl'],
    ['git+http://github.com/a/b', null],
    ['git+https://me:secret@github.com/a/b', null],
    ['git+https://${TOKEN}@github.com/a/b', null],
    ['file:///home/ana/b', null],
    ['../b', null],
    ['https://host.example/page.html', null],
    ['https://github.com/a/b.git --index-url=https://evil.example', 'git+https://github.com/a/b.git'],
  ])('%s is %s', (written, expected) => {
    expect(cleanUrl(written)).toBe(expected);
  });

  it('is clean once it was cleaned, and never holds a name, a space or another protocol', () => {
    const piece = fc.constantFrom(
      'git+',
      'https://',
      'http://',
      'a@',
      'host.example',
      '/x',
      '.git',
      '@1.0',
      '#egg=a',
      '#subdirectory=b',
      ' ',
      '\n',
      '$X',
      ':9',
      '.whl',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const url = cleanUrl(pieces.join(''));
        if (url === null) return;
        expect(cleanUrl(url)).toBe(url);
        expect(url).toMatch(/^(git\+)?https:\/\/[A-Za-z0-9.-]+(:\d+)?\/[^\s$]*$/);
      }),
      { numRuns: 400 },
    );
  });

  it('of a table is that of its revision', () => {
    expect(gitUrl('https://github.com/a/b', 'v1.2')).toBe('git+https://github.com/a/b@v1.2');
    expect(gitUrl('https://github.com/a/b', '--evil x')).toBe('git+https://github.com/a/b');
    expect(gitUrl(undefined, 'main')).toBeNull();
  });
});

describe('a package with an address of its own', () => {
  const CLIP = 'git+https://github.com/openai/CLIP.git';

  it.each<[string, Files]>([
    ['requirements.txt', { 'requirements.txt': `clip @ ${CLIP}\n` }],
    ['a line without a name', { 'requirements.txt': `-e ${CLIP}\n` }],
    ['environment.yml', { 'environment.yml': `name: x\ndependencies:\n  - python=3.9\n  - pip:\n    - ${CLIP}\n` }],
    [
      'poetry',
      { 'pyproject.toml': `[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nclip = {git = "https://github.com/openai/CLIP.git"}\n` },
    ],
    [
      'uv',
      {
        'pyproject.toml': `[project]\nname = "x"\ndependencies = ["clip"]\n[tool.uv.sources]\nclip = {git = "https://github.com/openai/CLIP.git"}\n`,
      },
    ],
    [
      'a README beside a bare name',
      { 'requirements.txt': 'clip\n', 'README.md': `\`\`\`\npip install ${CLIP}\npython train.py\n\`\`\`\n` },
    ],
  ])('keeps it from %s to the build script', (_what, files) => {
    const made = plan({ 'train.py': main('clip'), ...files });
    expect(fateOf(made, 'clip')).toMatchObject({ how: 'source', url: CLIP, rule: { id: 'code/direct-url' } });
    expect(fateOf(made, 'clip')?.why).toContain('no commit is named');
    expect(fileOf(made, 'plan/build-from-source.txt')).toBe(`clip @ ${CLIP}\n`);
    expect(renderBuildScript(made)).toContain('hatchling poetry-core');
    expect(renderEnvPlan(made)).toContain(`\`${CLIP}\``);
  });

  it('comes from the index where a list names a version, whatever the README says', () => {
    const files = { 'train.py': main('transformers'), 'requirements.txt': 'transformers==4.30.0\n' };
    const readme = '```\npip install git+https://github.com/huggingface/transformers\npython train.py\n```\n';
    expect(fateOf(plan({ ...files, 'README.md': readme }), 'transformers')).toMatchObject({ how: 'pip', specifier: '==4.30.0' });
  });

  it('is left to a rule, to the image and to what is there', () => {
    const apex = { 'train.py': main('apex'), 'requirements.txt': 'apex @ git+https://github.com/ana/apex@9f\n' };
    expect(fateOf(plan(apex), 'apex')?.url).not.toBe('git+https://github.com/NVIDIA/apex.git');
    const there = makeFacts({ indexReachable: true });
    const files = { 'train.py': main('numpy'), 'requirements.txt': 'numpy @ git+https://github.com/numpy/numpy\n' };
    expect(fateOf(plan(files, { site: makeSite(), facts: there }), 'numpy')).toMatchObject({ how: 'present' });
  });

  it('cannot be fetched where pip runs without a network or git', () => {
    const files = { 'train.py': main('clip'), 'requirements.txt': `clip @ ${CLIP}\n` };
    const offline = { packages: { strategy: 'module-venv', installOn: 'compute' }, internet: { login: true, compute: false } } as const;
    expect(fateOf(plan(files, { site: slurm(offline) }), 'clip')).toMatchObject({
      how: 'unavailable',
      why: `it comes from ${CLIP}, and pip runs on a compute node of here, which has no internet; clone it where there is some, and install it from there`,
    });
    const proxied = { ...offline, internet: { login: true, compute: false, proxy: 'http://10.0.0.1:3128/' } };
    expect(fateOf(plan(files, { site: slurm(proxied) }), 'clip')?.how).toBe('source');
    const facts = makeFacts({ indexReachable: true, tools: ['gcc'] });
    expect(fateOf(plan(files, { site: makeSite(), facts }), 'clip')?.why).toContain('git is not here');
  });
});

const hash = (digit: string): string => `sha256:${digit.repeat(64)}`;
const UV_LOCK = `version = 1
requires-python = ">=3.10"

[[package]]
name = "einops"
version = "0.7.0"
sdist = { url = "https://x.example/a.tar.gz", hash = "${hash('a')}" }
wheels = [{ url = "https://x.example/a.whl", hash = "${hash('b')}" }]

[[package]]
name = "typing-extensions"
version = "4.9.0"
wheels = [{ url = "https://x.example/t.whl", hash = "${hash('c')}" }]

[[package]]
name = "torch"
version = "2.1.2"
`;

describe('a lock file', () => {
  it.each([
    ['uv.lock', UV_LOCK, '>=3.10'],
    [
      'poetry.lock',
      `[[package]]\nname = "einops"\nversion = "0.7.0"\n[metadata]\npython-versions = "^3.10"\n[metadata.files]\neinops = [{file = "a", hash = "${hash('a')}"}, {file = "b", hash = "${hash('b')}"}]\n`,
      '>=3.10,<4',
    ],
    [
      'Pipfile.lock',
      JSON.stringify({
        _meta: { requires: { python_version: '3.10' } },
        default: { einops: { version: '==0.7.0', hashes: [hash('a'), hash('b')] } },
      }),
      '==3.10.*',
    ],
  ])('%s is read with its hashes and its Python', (path, text, python) => {
    const [file] = repoFiles({ [path]: text });
    if (file === undefined) throw new Error('no file');
    const lock = readLockFile(file);
    expect([lock.versions.get('einops'), lock.python]).toEqual(['0.7.0', python]);
    expect([...(lock.hashes.get('einops') ?? [])].sort()).toEqual([hash('a'), hash('b')]);
  });

  const files = { 'train.py': main('einops'), 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["einops"]\n', 'uv.lock': UV_LOCK };
  const HASHED = `einops==0.7.0 --hash=${hash('b')} --hash=${hash('a')}\ntyping-extensions==4.9.0 --hash=${hash('c')}\n`;

  it('decides the versions of everything that pip brings, hashes included', () => {
    const made = plan(files);
    expect(fileOf(made, 'plan/requirements.txt')).toBe(HASHED);
    expect(fileOf(made, 'plan/locked.txt')).toBeUndefined();
    expect(renderEnvPlan(made)).toContain('uv.lock decides the versions of what is installed, hashes included.');
  });

  it('chooses the torch that comes from an index of its own, and keeps the hashes of the rest', () => {
    const site = slurm({ gpu: { unit: 'A100', memoryGb: 40, perNode: 4, vendor: 'nvidia', target: 'sm_80', newestRuntime: '12.4' } });
    const made = plan(
      { ...files, 'train.py': main('torch', 'einops'), 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["einops", "torch"]\n' },
      { site },
    );
    expect(fateOf(made, 'torch')).toMatchObject({ how: 'pip', specifier: '==2.1.2' });
    expect(fileOf(made, 'plan/requirements.txt')).toBe(HASHED);
  });

  it('may be a list of requirements with hashes, or one that pip-compile wrote for this Python', () => {
    const lines = `einops==0.7.0 \\\n    --hash=${hash('b')} \\\n    --hash=${hash('a')}\ntyping-extensions==4.9.0 --hash=${hash('c')}\ncolorama==0.4.6 ; sys_platform == "win32" --hash=${hash('c')}\n`;
    const listed = { 'train.py': main('einops'), 'requirements.txt': lines };
    expect(fileOf(plan(listed), 'plan/requirements.txt')).toBe(HASHED);
    const compiled = (python: string) =>
      plan({
        'train.py': main('einops'),
        'requirements.in': 'einops\n',
        'requirements.txt': `# This file is autogenerated by pip-compile with Python ${python}\neinops==0.7.0\nnumpy==1.24.4\n`,
      });
    expect(fileOf(compiled('3.11'), 'plan/locked.txt')).toBe('einops==0.7.0\nnumpy==1.24.4\n');
    expect(fileOf(compiled('3.8'), 'plan/locked.txt')).toBe('einops==0.7.0\nnumpy==1.24.4\n');
  });

  it.each([
    [
      'poetry.lock',
      `[[package]]\nname = "thing"\nversion = "1.0"\nfiles = [{file = "a", hash = "${hash('a')}"}]\n[package.dependencies]\npart = ">=1"\nwin = {version = "*", markers = "sys_platform == 'win32'"}\nmore = {version = "*", optional = true}\n[package.extras]\nfull = ["more (>=1)"]\n`,
    ],
    [
      'uv.lock',
      `[[package]]\nname = "thing"\nversion = "1.0"\ndependencies = [{ name = "part" }, { name = "win", marker = "sys_platform == 'win32'" }]\nwheels = [{ url = "u", hash = "${hash('a')}" }]\n[package.optional-dependencies]\nfull = [{ name = "more" }]\n`,
    ],
  ])('%s tells what comes along, with the extras that are asked for', (path, thing) => {
    const rest = ['part', 'more', 'win', 'checker'].map(
      (name) => `[[package]]\nname = "${name}"\nversion = "2.0"\nfiles = [{file = "a", hash = "${hash('b')}"}]\n`,
    );
    const made = plan({
      'train.py': main('thing'),
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["thing[full]"]\n',
      [path]: `${thing}${rest.join('')}`,
    });
    expect(fileOf(made, 'plan/requirements.txt')?.replaceAll(/ --hash=\S+/g, '')).toBe('more==2.0\npart==2.0\nthing[full]==1.0\n');
  });

  it('leaves what is there, and what a rule wants otherwise', () => {
    const facts = makeFacts({ indexReachable: true });
    const lock = `${UV_LOCK}\n[[package]]\nname = "numpy"\nversion = "1.26.4"\n\n[[package]]\nname = "pandas"\nversion = "1.1.5"\n`;
    const made = plan(
      {
        ...files,
        'train.py': main('einops', 'numpy', 'pandas'),
        'uv.lock': lock,
        'pyproject.toml': '[project]\nname = "x"\ndependencies = ["einops", "numpy", "pandas"]\n',
      },
      { site: makeSite(), facts },
    );
    expect(fileOf(made, 'plan/locked.txt')).toBe('einops==0.7.0\ntyping-extensions==4.9.0\n');
    expect(made.versions).toEqual([
      'uv.lock decides the versions of what is installed; not for numpy, pandas, which have to be what this place can use.',
    ]);
  });

  it('is not used for another Python, and says so', () => {
    const made = plan({ ...files, 'uv.lock': UV_LOCK.replace('>=3.10', '>=3.13') });
    expect(fileOf(made, 'plan/locked.txt')).toBeUndefined();
    expect(made.versions).toEqual(['uv.lock was made for Python >=3.13, and here it is 3.11: its versions are not used.']);
  });

  it('writes nothing that is no name, version or hash', () => {
    const lock = `[[package]]\nname = "einops"\nversion = "0.7.0 --index-url=https://evil.example"\n[[package]]\nname = "a b"\nversion = "1"\nfiles = [{hash = "sha256:x --pre"}]\n`;
    const made = plan({ ...files, 'uv.lock': lock });
    expect(JSON.stringify(made.files)).not.toMatch(/evil|--pre/);
  });
});

describe('the time of the last commit', () => {
  const files = { 'train.py': main('einops', 'tqdm') };
  const uv = slurm({ packages: { strategy: 'uv' } });

  it('ends what uv takes where nobody named a version', () => {
    const made = plan(files, { site: uv, committedAt: '2024-03-01T00:00:00Z' });
    expect(made.commands.find((item) => item.argv.includes('-r'))?.argv.slice(-2)).toEqual(['--exclude-newer', '2024-03-31']);
    expect(made.versions).toEqual([
      'No version is named for einops, tqdm; the last commit is of 2024-03-01: uv takes nothing that came out after 2024-03-31.',
    ]);
  });

  it('ends nothing where the Python is younger than that', () => {
    const made = plan(files, { site: uv, committedAt: '2019-03-01T00:00:00Z' });
    expect(JSON.stringify(made.commands)).not.toContain('exclude-newer');
    expect(made.versions?.[0]).toContain('before there were packages for Python 3.11');
  });

  it('is told where the installer knows no such end, and nowhere else', () => {
    expect(plan(files, { committedAt: '2024-03-01T00:00:00Z' }).versions?.[0]).toContain('pip has no such limit');
    expect(plan(files).versions).toBeUndefined();
    expect(
      plan({ ...files, 'requirements.txt': 'einops==0.7\ntqdm>4\n' }, { committedAt: '2024-03-01T00:00:00Z' }).versions,
    ).toBeUndefined();
  });
});

describe('a module that a config names', () => {
  const base = {
    'train.py': `import importlib\nimport yaml\ncfg = yaml.safe_load(open('conf/model.yaml'))\ndef make(text):\n    module, name = text.rsplit('.', 1)\n    return getattr(importlib.import_module(module), name)\nif __name__ == '__main__':\n    make(cfg['target'])\n`,
    'conf/model.yaml':
      'model:\n  target: parts.net.Net\n  params:\n    first:\n      target: taming.modules.vqvae.Quantizer\n    # target: never.read.This\n',
    'parts/__init__.py': '',
    'parts/net.py': 'import einops\nfrom . import blocks\nfrom .. import nothing\n',
    'parts/blocks.py': 'import kornia\n\ndef f():\n    import fire\n',
    'requirements.txt': 'pyyaml\neinops\nkornia==0.6\n',
  };

  it('of the repository brings along what it imports; one from elsewhere is a dependency', () => {
    const made = plan(base);
    expect(Object.fromEntries(made.packages.map((item) => [item.name, item.how]))).toMatchObject({
      pyyaml: 'pip',
      einops: 'pip',
      kornia: 'pip',
      fire: 'left-out',
    });
    expect(fateOf(made, 'kornia')?.specifier).toBe('==0.6');
    expect(fateOf(made, 'taming-transformers')?.how).toBe('source');
    expect(made.gaps.join('\n')).toContain(
      'conf/model.yaml:5 names taming.modules.vqvae.Quantizer, which no file of the repository holds: taming-transformers is needed for it.',
    );
    expect(fateOf(made, 'never')).toBeUndefined();
  });

  it('is only perhaps needed where the command does not say which config it takes', () => {
    const files = {
      ...base,
      'train.py': base['train.py'].replace("'conf/model.yaml'", "__import__('sys').argv[1]"),
      'conf/other.yaml': 'model:\n  target: kornia.losses.SSIM\n',
    };
    const chosen = plan({ ...files, 'parts/blocks.py': '' }, { command: 'python train.py conf/other.yaml' });
    expect([fateOf(chosen, 'kornia')?.how, fateOf(chosen, 'einops')?.how]).toEqual(['pip', 'left-out']);
  });
});

describe('the Python that a repository is for', () => {
  const files = {
    'train.py': main('einops'),
    'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.8,<3.10"\ndependencies = ["einops"]\n',
  };

  it('is chosen where nobody looked at the site', () => {
    expect(plan(files).lines?.python).toEqual({
      version: '3.9',
      why: 'chosen, since nobody looked at the site: pyproject.toml goes with it',
    });
    const lock = { 'train.py': main('einops'), 'requirements.txt': 'einops\n', 'uv.lock': UV_LOCK.replace('>=3.10', '>=3.12') };
    expect(plan(lock).lines?.python.version).toBe('3.12');
    const conda = { 'train.py': main('einops'), 'environment.yml': 'name: x\ndependencies:\n  - python=3.8.5\n  - einops\n' };
    expect(plan(conda).lines?.python.version).toBe('3.8');
  });

  it('is a conflict in words where there is another', () => {
    expect(plan(files, { site: makeSite(), facts: makeFacts({ indexReachable: true }) }).conflicts).toEqual([
      'pyproject.toml wants Python >=3.8,<3.10; here has 3.11.7.',
    ]);
    const hinted = {
      'train.py': main('einops'),
      'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.8"\ndependencies = ["einops"]\n',
    };
    expect(plan(hinted).conflicts).toEqual([]);
  });
});

describe('what no index can bring', () => {
  it('is named as the repository’s own where it has a folder of that name', () => {
    const made = plan({ 'train.py': main('lib.boxes.fast'), 'lib/boxes/setup.py': 'x = 1\n' });
    expect(fateOf(made, 'lib')).toMatchObject({ how: 'unavailable', rule: { id: 'code/own-module' } });
    expect(fateOf(made, 'lib')?.why).toContain('lib.boxes.fast belongs to the repository itself (lib/boxes/setup.py)');
  });

  it('is what a setup.py of the repository compiles, never a package of that name', () => {
    const setup = "from setuptools import setup\nsetup(name='v', ext_modules=[CUDAExtension(\n  name='voxels_cuda', sources=['a.cu'])])\n";
    const made = plan({ 'train.py': main('voxels_cuda'), 'setup.py': setup });
    expect(fateOf(made, 'voxels-cuda')).toMatchObject({ how: 'unavailable', rule: { id: 'code/own-module', source: 'setup.py' } });
  });

  it.each([
    ['a statement of Python 2', "print 'x'\n", 'train.py:1 is Python 2'],
    ['a module of Python 2', 'import cPickle\n', 'train.py:1 is Python 2'],
  ])('names Python 2 by %s, only where the entry reaches it', (_what, line, why) => {
    const made = plan({ 'train.py': `${line}${main('einops')}`, 'old.py': "print 'y'\n" });
    expect(fateOf(made, 'python')).toMatchObject({ how: 'unavailable', specifier: '<3', rule: { id: 'code/python-2' } });
    expect(fateOf(made, 'python')?.why).toContain(why);
    expect(fateOf(plan({ 'train.py': main('einops'), 'old.py': line }), 'python')).toBeUndefined();
  });

  it('blocks TensorFlow 1 where nobody has Python 3.7, and leaves it to uv where there is uv', () => {
    const files = { 'train.py': `${main('tensorflow')}x = tf.placeholder(tf.float32)\n`.replace('tensorflow', 'tensorflow as tf') };
    expect(fateOf(plan(files), 'tensorflow')).toMatchObject({ how: 'unavailable', rule: { id: 'code-signs/tensorflow-1' } });
    expect(fateOf(plan(files, { site: slurm({ packages: { strategy: 'uv' } }) }), 'tensorflow')).toMatchObject({
      how: 'pip',
      specifier: '<2',
    });
  });
});
