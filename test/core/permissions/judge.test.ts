import { describe, expect, it } from 'vitest';
import { judgeCommand } from '../../../src/core/permissions/judge.ts';
import { measureGrowth } from '../growth.ts';
import { corpus, judge, makePolicy, parse } from './helpers.ts';

describe('the corpus of command lines', () => {
  it('holds many of each kind, none twice', () => {
    const count = (verdict: string) => corpus.filter((row) => row.verdict === verdict).length;
    expect(Math.min(count('allow'), count('ask'), count('refuse'))).toBeGreaterThan(150);
    expect(new Set(corpus.map((row) => `${row.site} ${row.command}`)).size).toBe(corpus.length);
  });

  it.each(corpus)('$verdict at $site, because it $why: $command', ({ command, verdict, site }) => {
    const { verdict: found, reasons } = judge(command, site);
    expect({ found, reasons }).toMatchObject({ found: verdict });
    expect(reasons.length).toBeGreaterThan(0);
  });
});

describe('judgeCommand', () => {
  it('names the part and puts the worst first', () => {
    expect(judge('squeue --me; touch x; sudo ls').reasons).toEqual([
      'sudo ls: acts with the rights of somebody else',
      'touch x: touches $HOME/reprobot/run/x',
      'touch x: touches files',
    ]);
  });

  it('shows the words that would run, not how they were spelled', () => {
    expect(judge(String.raw`x=o; s""ud$x l\s`).reasons[0]).toBe('sudo ls: acts with the rights of somebody else');
  });

  it('tells which files it would read, so that their links can be followed', () => {
    expect(judge('cat logs/a.out "$RUN"/b; head -n1 < c').reads).toEqual([
      '$HOME/reprobot/run/logs/a.out',
      '$HOME/reprobot/run/b',
      '$HOME/reprobot/run/c',
    ]);
  });

  it('goes by the folder it starts in', () => {
    expect(judgeCommand('cat x', makePolicy('slurm', { cwd: '~' }), parse).verdict).toBe('ask');
    expect(judgeCommand('cat x', makePolicy('slurm', { cwd: '~/.ssh' }), parse).verdict).toBe('refuse');
    expect(judgeCommand('cat /data/run7/log', makePolicy('slurm', { runFolder: '/data/run7' }), parse).verdict).toBe('allow');
    expect(judgeCommand('cat /data/run8/log', makePolicy('slurm', { runFolder: '/data/run7' }), parse).verdict).toBe('ask');
  });

  it('knows the account', () => {
    expect(judgeCommand('ls /home/you', makePolicy('slurm', { user: 'you' }), parse).verdict).toBe('allow');
    expect(judge('ls /home/you').verdict).toBe('refuse');
  });

  it('goes by where it runs', () => {
    const onCompute = (command: string) => judgeCommand(command, makePolicy('lumi', { where: 'compute' }), parse).verdict;
    expect(onCompute('pip install x')).toBe('ask');
    expect(onCompute('nohup python train.py')).toBe('ask');
    expect(onCompute('cat ~/.ssh/id_rsa')).toBe('refuse');
  });

  it('obeys what a site takes off the list or forbids', () => {
    const policy = { ...makePolicy('slurm'), notReadOnly: new Set(['squeue']) };
    expect(judgeCommand('squeue --me', policy, parse)).toMatchObject({
      verdict: 'ask',
      reasons: [expect.stringContaining('wants it asked')],
    });
    const strict = { ...makePolicy('slurm'), forbids: { installs: 'no', persistent: 'no', compute: 'it is shared' } };
    expect(judgeCommand('python train.py', strict, parse).verdict).toBe('refuse');
    expect(judgeCommand('srun python train.py', strict, parse).verdict).toBe('ask');
  });

  it('takes a name that every object has for a program that nobody knows', () => {
    for (const name of ['constructor', '__proto__', 'toString']) expect(judge(name).verdict).toBe('ask');
  });
});

describe('the time that a hostile command line takes', () => {
  const shapes: [string, (size: number) => string][] = [
    ['quotes', (size) => `ls ${"'a'".repeat(size / 3)}`],
    ['open brackets', (size) => `ls ${'('.repeat(size)}`],
    ['substitutions', (size) => `ls ${'$(ls '.repeat(size / 10)}${')'.repeat(size / 10)}`],
    ['braces', (size) => `ls ${'{a,'.repeat(size / 3)}`],
    ['closed braces', (size) => `ls ${'{a,b}'.repeat(size / 5)}`],
    ['globs', (size) => `ls ${'*a'.repeat(size / 2)}`],
    ['a glob near a secret', (size) => `cat ~/.ssh${'*'.repeat(size)}`],
    ['words', (size) => `ls ${'a '.repeat(size / 2)}`],
    ['pipes', (size) => `ls${' | cat'.repeat(size / 6)}`],
    ['lists', (size) => `ls${' && ls'.repeat(size / 6)}`],
    ['loops', (size) => `${'for i in 1 2; do '.repeat(size / 25)} ls ${'; done'.repeat(size / 25)}`],
    ['variables', (size) => `${'x=$x$x;'.repeat(size / 7)} $x`],
    ['choices', (size) => `ls ${'${a:-b}'.repeat(size / 7)}`],
    ['a sed script', (size) => `sed '${'s/a/b/;'.repeat(size / 7)}'`],
    ['an awk program', (size) => `awk '${'{print(a>b)}'.repeat(size / 12)}'`],
    ['code', (size) => `python -c '${'socket '.repeat(size / 7)}'`],
    ['backslashes', (size) => `ls ${'\\\\'.repeat(size / 2)}`],
    ['here-documents', (size) => `cat <<E\n${'a\n'.repeat(size / 2)}E`],
    ['dots', (size) => `cat ${'../'.repeat(size / 3)}x`],
  ];
  it.each(shapes)('grows with its size: %s', (_what, make) => {
    // Eight times the text may take eight times as long; the rest of the factor is for a busy machine.
    expect(measureGrowth((text) => judge(text), make, 2000)).toBeLessThan(28);
  });
});
