import { describe, expect, it } from 'vitest';
import { mapFiles } from './helpers.ts';

const program = "loss.backward()\nif __name__ == '__main__': pass\n";
const documents = (files: Record<string, string>, subfolder = '') =>
  mapFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text === '' ? 'words' : text])), subfolder).documents.map(
    (item) => item.file,
  );

describe('documents', () => {
  it('puts the README first, then what tells how it is run, then the rest, and leaves community files out', () => {
    expect(
      documents({
        'train.py': program,
        'README.md': '# x\n\nSee [notes](docs/odd.md).',
        'INSTALL.md': '',
        'docs/TRAINING.md': 'python train.py',
        'docs/odd.md': '',
        'docs/data.md': '',
        'docs/zh_cn/data.md': '',
        'CONTRIBUTING.md': '',
        'CODE_OF_CONDUCT.md': '',
        'CHANGELOG.md': '',
        'LICENSE.md': '',
        '.github/ISSUE_TEMPLATE.md': '',
        'third_party/x/README.md': '',
        'data.txt': '',
      }),
    ).toEqual(['README.md', 'docs/TRAINING.md', 'INSTALL.md', 'docs/data.md', 'docs/odd.md']);
  });

  it('follows links to the repository on its host, and to folders', () => {
    const readme = '# x\n\n[a](https://github.com/o/n/blob/main/notes/zoo.md) <a href="guide">b</a> `extra/how.rst`\n';
    expect(
      documents({ 'README.md': readme, 'notes/zoo.md': '', 'guide/README.md': '', 'extra/how.rst': '', 'extra/other.rst': '' }),
    ).toEqual(['README.md', 'notes/zoo.md', 'extra/how.rst', 'guide/README.md']);
  });

  it('names the README of the program, its settings and its script', () => {
    const files = {
      'README.md': '# x\n\nA collection.\n',
      'examples/a/README.md': '    python main.py --config c.yaml\n',
      'examples/a/main.py': program,
      'examples/a/c.yaml': 'a: 1\n',
      'examples/b/README.md': '',
    };
    expect(documents(files)).toEqual(['README.md', 'examples/a/README.md', 'examples/a/c.yaml', 'examples/b/README.md']);
    expect(documents(files, 'examples/a')).toEqual(['examples/a/README.md', 'README.md', 'examples/a/c.yaml']);
  });

  it('falls back on manifests and stays bounded', () => {
    expect(documents({ 'train.py': program, 'requirements.txt': 'torch' })).toEqual(['requirements.txt']);
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`docs/page${String(n)}.md`, '']));
    expect(documents({ 'README.md': '', ...many })).toHaveLength(14);
  });
});

describe('what a repository is about', () => {
  it.each([
    ['[[Page]](https://a.b/c) [[Paper]](https://a.b/d)'],
    ['Code of Owls | [Paper](https://a.b/d) | [Slides](https://a.b/e) | [Poster](https://a.b/f)'],
  ])('passes over %s', (row) => {
    const { about } = mapFiles({ 'README.md': `# Owls\n\n${row}\n\nOwls tell nests apart by their shape.\n` });
    expect(about).toBe('Owls tell nests apart by their shape.');
  });
});
