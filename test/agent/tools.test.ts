import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTS } from '../../src/agent/acts.ts';
import { describeNotes, openKnowledge } from '../../src/agent/knowledge.ts';
import { listReferences, listSkills, readHouseRules, readInstructions, readReference } from '../../src/agent/skills.ts';
import { describeTool, useTool, type Tool, type ToolContext } from '../../src/agent/tool.ts';
import { createLocalHost } from '../../src/hosts/local/index.ts';
import { loadPlugins } from '../../src/plugins.ts';

const state = {
  documents: { 'REPO_MAP.md': '# Map\n\n## Commands\n\npython train.py\n\n## Hardware\n\none GPU\n' },
  jobs: [],
  env: { plan: { packages: [{ name: 'torch' }, { name: 'einops' }], conflicts: ['torchtext wants torch 1.7'] }, built: null },
};
const map = {
  assets: [
    { reference: '/data/owl.csv', evidence: [{ file: 'load.py', line: 3, text: 'open("/data/owl.csv")' }] },
    { reference: 'weights.pt', evidence: [] },
  ],
  importRoots: ['src'],
  entries: [{ command: 'python train.py', needs: [{ name: 'torch' }] }],
  importGraph: [],
};

let folder = '';
let tools = new Map<string, Tool>();
let context: ToolContext;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-tools-')));
  const repo = join(folder, 'repo');
  mkdirSync(join(repo, 'src'), { recursive: true });
  mkdirSync(join(repo, '.git'));
  writeFileSync(join(repo, '.git', 'config'), 'url = https://user:token@example.org');
  writeFileSync(join(folder, 'secret.txt'), 'the key');
  symlinkSync(join(folder, 'secret.txt'), join(repo, 'link.txt'));
  symlinkSync(folder, join(repo, 'up'));
  writeFileSync(join(repo, 'src', 'train.py'), Array.from({ length: 500 }, (_, index) => `x${index} = ${index}`).join('\n'));
  writeFileSync(join(repo, 'model.bin'), Buffer.from([0, 1, 2]));
  tools = new Map((await loadPlugins<Tool>(new URL('../../src/agent/tools/', import.meta.url), 'name')).map((tool) => [tool.name, tool]));
  context = {
    readState: () => Promise.resolve(state as never),
    readMap: () => Promise.resolve(map as never),
    repo: { host: createLocalHost({ id: 'clone' }), folder: repo },
    readLog: () => Promise.resolve('epoch 1\nTraceback (most recent call last):\nKeyError: 7\n'),
    diagnose: () => Promise.resolve({ class: 'assertion_or_user_bug' } as never),
    references: {
      list: () => Promise.resolve(['references/moe.md']),
      read: (path) => Promise.resolve(path.endsWith('moe.md') ? 'Experts.' : null),
    },
    knowledge: { search: () => Promise.resolve('Nothing.'), add: () => Promise.resolve('Kept.') },
    signal: new AbortController().signal,
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function use(name: string, input: unknown): Promise<{ text: string; failed?: boolean }> {
  const tool = tools.get(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return useTool(tool, context, input);
}

describe('the tools of the agent', () => {
  it('are described to the model with a schema of an object each', () => {
    for (const tool of [...tools.values(), ...ACTS]) {
      const { name, input_schema: schema } = describeTool(tool);
      expect([name, schema.type]).toEqual([tool.name, 'object']);
      // The Messages API takes no choice at the top.
      expect(Object.keys(schema).filter((key) => /^(?:any|one|all)Of$/.test(key))).toEqual([]);
      expect(tool.name).toMatch(/^[a-z-]+$/);
    }
  });

  it('read files by line, and go on where they stopped', async () => {
    const first = await use('read', { path: 'src/train.py', lines: 2 });
    expect(first.text).toBe('1\tx0 = 0\n2\tx1 = 1\n[498 more lines]');
    expect((await use('read', { path: './src/../src/train.py', from: 500 })).text).toBe('500\tx499 = 499');
    expect(await use('read', { path: 'model.bin' })).toMatchObject({
      failed: true,
      text: expect.stringContaining('no text file') as string,
    });
  });

  it.each(['link.txt', 'up/secret.txt', '../secret.txt', '/etc/passwd', '.git/config', 'src/../.git/config', 'up/repo/.git/config'])(
    'never read %s',
    async (path) => {
      const result = await use('read', { path });
      expect(result.failed).toBe(true);
      expect(result.text).not.toContain('key');
      expect(result.text).not.toContain('token@');
    },
  );

  it('list and search within the repository alone', async () => {
    expect((await use('list', {})).text.split('\n')).toEqual(['link.txt', 'model.bin', 'src', 'src/train.py', 'up']);
    expect((await use('grep', { pattern: '^x49. = ' })).text.split('\n')).toHaveLength(10);
    expect((await use('grep', { pattern: 'x7 = 7', files: '*.py' })).text).toBe('src/train.py:8:x7 = 7');
    expect((await use('grep', { pattern: 'the key|token' })).text).toBe('No line matches.');
    expect((await use('grep', { pattern: 'x(', path: 'src' })).failed).toBe(true);
    expect((await use('grep', { pattern: '--help', path: 'src' })).text).toBe('No line matches.');
    expect((await use('list', { path: 'up' })).failed).toBe(true);
  });

  it('answer a malformed call with what was wrong', async () => {
    const result = await use('read', { file: 'x' });
    expect(result.failed).toBe(true);
    expect(result.text).toContain('path');
  });

  it('read the log from its end, from a line, or by words', async () => {
    expect((await use('read-log', {})).text).toContain('3\tKeyError: 7');
    expect((await use('read-log', { from: 1, lines: 1 })).text).toBe('1\tepoch 1\n[4 lines in all]');
    expect((await use('read-log', { containing: 'KeyError' })).text).toBe('3\tKeyError: 7\n[4 lines in all]');
    expect((await use('classify', {})).text).toContain('assertion_or_user_bug');
  });

  it('look up the map and the environment plan by section', async () => {
    const found = await use('map', { section: 'assets', containing: 'owl' });
    expect(JSON.parse(found.text)).toMatchObject([{ reference: '/data/owl.csv', evidence: [{ file: 'load.py', line: 3 }] }]);
    expect(JSON.parse((await use('map', { section: 'imports', containing: 'numpy' })).text)).toMatchObject({ needs: [] });
    expect(await use('map', { section: 'everything' })).toMatchObject({ failed: true, malformed: true });
    const packages = await use('deps', { section: 'packages', package: 'Ein' });
    expect(JSON.parse(packages.text)).toEqual({ packages: [{ name: 'einops' }], verified: null });
    expect((await use('deps', { section: 'conflicts' })).text).toContain('torchtext wants torch 1.7');
    expect((await use('reference', {})).text).toBe('references/moe.md');
    expect((await use('reference', { path: 'references/moe.md' })).text).toBe('Experts.');
    expect(await use('reference', { path: '../SKILL.md' })).toMatchObject({ failed: true });
    expect((await use('remember', { rule: 'Data lie in /scratch.' })).text).toContain('once a person has kept it');
  });

  it('read the documents of the run, whole or a section', async () => {
    expect((await use('document', {})).text).toBe('REPO_MAP.md');
    expect((await use('document', { name: 'REPO_MAP.md', heading: 'commands' })).text).toBe('## Commands\n\npython train.py\n');
    expect((await use('document', { name: '../x' })).failed).toBe(true);
  });
});

describe('what the lab has learned', () => {
  it('is found by words, kept beside what contradicts it, and survives broken files', async () => {
    const path = join(folder, 'knowledge');
    const knowledge = openKnowledge(path);
    const note = { question: 'Why does MIOpen fail on LUMI?', source: 'job 17, line 40', date: '2026-11-27', by: 'reprobot' };
    expect(await knowledge.search('MIOpen')).toEqual([]);
    await knowledge.add({ ...note, answer: 'Its cache lies on Lustre; set MIOPEN_USER_DB_PATH to /tmp.' });
    await knowledge.add({ ...note, answer: 'Its cache lies on Lustre; set MIOPEN_USER_DB_PATH to /tmp.' });
    const second = await knowledge.add({
      ...note,
      question: 'why does MIOpen fail on LUMI',
      answer: 'The driver is too old.',
      confirmedBy: 'U1',
    });
    expect(second.others.map((other) => other.answer)).toEqual(['Its cache lies on Lustre; set MIOPEN_USER_DB_PATH to /tmp.']);
    writeFileSync(join(path, 'broken.md'), '---\n{{{\n---\nx');
    writeFileSync(join(path, 'plain.md'), 'no head');
    const found = await knowledge.search('MIOpen cache on lustre');
    expect(found).toHaveLength(2);
    expect(describeNotes(found)).toContain('confirmed by U1');
    expect(describeNotes(found).match(/Another note on this question says something else: 2026-11-27/g)).toHaveLength(2);
    expect(describeNotes(found.slice(0, 1))).not.toContain('Another note');
    expect(await knowledge.search('pandas')).toEqual([]);
  });
});

describe('skills', () => {
  it('are listed by name and purpose, read when used, and a lab’s own comes before ours', async () => {
    const write = (where: string, name: string, text: string): void => {
      mkdirSync(join(folder, where, name), { recursive: true });
      writeFileSync(join(folder, where, name, 'SKILL.md'), text);
    };
    write(
      'ours',
      'mend',
      '---\nname: mend\ndescription: Mends things.\nmetadata:\n  tier: strong\n  tools: read, grep\n---\n\nLook first.\n',
    );
    mkdirSync(join(folder, 'ours', 'mend', 'references'));
    mkdirSync(join(folder, 'ours', 'mend', 'evals'));
    writeFileSync(join(folder, 'ours', 'mend', 'references', 'glue.md'), 'Glue.');
    writeFileSync(join(folder, 'ours', 'mend', 'evals', 'case.yaml'), 'must: hold');
    symlinkSync(join(folder, 'secret.txt'), join(folder, 'ours', 'mend', 'link.md'));
    write('theirs', 'mend', '---\nname: mend\ndescription: Mends our things.\n---\nAsk Ana.\n');
    const [ours] = await listSkills([join(folder, 'ours')]);
    expect(ours).toMatchObject({ tier: 'strong', tools: ['read', 'grep'] });
    if (ours === undefined) throw new Error('no skill');
    expect(await listReferences(ours)).toEqual(['references/glue.md']);
    expect(await readReference(ours, 'references/glue.md')).toBe('Glue.');
    for (const path of ['link.md', 'evals/case.yaml', '../../secret.txt']) expect(await readReference(ours, path)).toBeNull();
    writeFileSync(join(folder, 'theirs', 'CLAUDE.md'), 'Ask before noon.');
    expect([await readHouseRules(undefined), await readHouseRules(folder)]).toEqual(['', '']);
    expect(await readHouseRules(join(folder, 'theirs'))).toBe('Ask before noon.');
    const [theirs] = await listSkills([join(folder, 'ours'), join(folder, 'theirs'), join(folder, 'nowhere')]);
    expect(theirs).toMatchObject({ description: 'Mends our things.', tier: 'fast', tools: [] });
    expect(theirs === undefined ? '' : await readInstructions(theirs)).toBe('Ask Ana.');
    write('wrong', 'mend', '---\nname: other\ndescription: x\n---\n');
    await expect(listSkills([join(folder, 'wrong')])).rejects.toThrow(/its name is other/);
    write('wrong2', 'mend', 'no head');
    await expect(listSkills([join(folder, 'wrong2')])).rejects.toThrow(/does not begin/);
  });
});
