import { describe, expect, it } from 'vitest';
import { describeEffects } from '../../../src/core/permissions/effects.ts';
import { matchesRule, proposeRule, StandingRule } from '../../../src/core/permissions/standing-rule.ts';
import fc from '../../support/properties.ts';
import { corpus, judge, makePolicy, parse } from './helpers.ts';

const policy = makePolicy();
const propose = (command: string) => proposeRule(command, policy, parse);
const matches = (rule: StandingRule, command: string, at = policy) => matchesRule(rule, command, at, parse);

function mustPropose(command: string): StandingRule {
  const { rule, why } = propose(command);
  if (rule === null) throw new Error(why);
  return StandingRule.parse(JSON.parse(JSON.stringify(rule)));
}

describe('proposeRule', () => {
  it('lets the numbers of options change and nothing else, and shows what that allows', () => {
    expect(propose('python train.py --epochs 3 --lr=0.1 --data sets/a')).toMatchObject({
      pattern: 'python train.py --epochs <number> --lr=<number> --data sets/a',
      examples: [
        'python train.py --epochs 1 --lr=1 --data sets/a',
        'python train.py --epochs 8 --lr=8 --data sets/a',
        'python train.py --epochs 100000 --lr=100000 --data sets/a',
      ],
    });
  });

  it('allows exactly one command where no option has a number', () => {
    expect(propose('sbatch job.sh')).toMatchObject({ pattern: 'sbatch job.sh', examples: [] });
  });

  it.each([
    ['squeue --me', 'unasked'],
    ['sudo ls', 'refused'],
    ['python train.py > log', 'one plain command'],
    ['python train.py | head', 'one plain command'],
    ['python train.py && ls', 'one plain command'],
    ['A=1 python train.py', 'one plain command'],
    ['python train.py $X', 'one plain command'],
    ['python train.py $(ls)', 'one plain command'],
    ['python train.py *.yaml', 'one plain command'],
    ['rm x', 'each time'],
    ['scancel 1', 'each time'],
    ['kill 1', 'each time'],
    ['$x y', 'each time'],
  ])('proposes none for %s', (command, why) => {
    expect(propose(command)).toMatchObject({ rule: null, why: expect.stringContaining(why) });
  });
});

describe('matchesRule', () => {
  const rule = mustPropose('python train.py --epochs 3');

  it('covers the same words however they are quoted, and other numbers', () => {
    expect(matches(rule, 'python train.py --epochs 3')).toBe(true);
    expect(matches(rule, `python "train.py" --epochs '40'`)).toBe(true);
  });

  it.each([
    'python train.py --epochs x',
    'python train.py --epochs 3 --x',
    'python train.py --epochs',
    'python3 train.py --epochs 3',
    'python ./train.py --epochs 3',
    'python train.py --epochs 3; ls',
    'python train.py --epochs 3 > x',
    'python train.py --epochs 3 &',
    'python train.py --epochs $(ls)',
    'python train.py --epochs {3,4}',
    'PYTHONPATH=. python train.py --epochs 3',
    'nice python train.py --epochs 3',
    'python train.py --epochs 3\nls',
    "python train.py --epochs '3\n4'",
    'python train.py --epochs 3\u202E',
  ])('does not cover %j', (command) => {
    expect(matches(rule, command)).toBe(false);
  });

  it('holds at its site, on its kind of node, in its folder', () => {
    const command = 'python train.py --epochs 3';
    expect(matches(rule, command, makePolicy('slurm', { cwd: '$RUN/sub' }))).toBe(true);
    expect(matches(rule, command, makePolicy('slurm', { runFolder: '/work/another', cwd: '/work/another' }))).toBe(true);
    expect(matches(rule, command, makePolicy('slurm', { runFolder: '/work/another', cwd: '/work/other' }))).toBe(false);
    expect(matches(rule, command, makePolicy('slurm', { cwd: '~' }))).toBe(false);
    const below = proposeRule(command, makePolicy('slurm', { cwd: '$RUN/sub' }), parse).rule;
    expect(below?.folder).toBe('sub');
    expect(below !== null && matches(below, command)).toBe(false);
    expect(matches(rule, command, makePolicy('slurm', { where: 'compute' }))).toBe(false);
    expect(matches(rule, command, makePolicy('perlmutter'))).toBe(false);
  });

  it('never turns a refusal into anything else', () => {
    const forged = (words: string[]): StandingRule => ({ ...rule, words: words.map((text) => ({ text, number: false })) });
    expect(matches(forged(['rm', '-rf', '/']), 'rm -rf /')).toBe(false);
    expect(matches(forged(['sudo', 'ls']), 'sudo ls')).toBe(false);
    const lumi = makePolicy('lumi');
    const pip = { ...forged(['pip', 'install', 'x']), site: 'lumi' };
    expect(matches(pip, 'pip install x', lumi)).toBe(false);
    expect(matches({ ...pip, where: 'compute' }, 'pip install x', makePolicy('lumi', { where: 'compute' }))).toBe(true);
  });

  it('covers what it was proposed for and no other line of the corpus', () => {
    const rows = corpus.filter((row) => row.site === 'slurm');
    const rules = rows.flatMap((row) => {
      const { rule: found } = propose(row.command);
      return found === null ? [] : [{ command: row.command, rule: found }];
    });
    expect(rules.length).toBeGreaterThan(40);
    for (const item of rules) expect(matches(item.rule, item.command)).toBe(true);
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.constantFrom(...rows), (item, other) => {
        fc.pre(item.command !== other.command);
        expect(matches(item.rule, other.command)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});

describe('describeEffects', () => {
  it('says where it runs, what it may do, what it costs and whether that can be taken back', () => {
    expect(describeEffects(judge('sbatch job.sh'), policy)).toEqual({
      site: 'slurm',
      where: 'a login node',
      effects: ['uses the allocation'],
      parts: [{ part: 'sbatch job.sh', does: 'submits a job' }],
      cost: 'hours of the allocation, as many as the job asks for',
      reversible: 'no',
    });
    expect(describeEffects(judge('git clone https://github.com/a/b'), policy)).toMatchObject({
      effects: ['uses the network'],
      cost: null,
      reversible: 'yes',
    });
    expect(describeEffects(judge('touch x; rm y'), policy)).toMatchObject({
      effects: ['deletes files', 'changes files'],
      reversible: 'no',
    });
    expect(describeEffects(judge('squeue --me'), policy)).toMatchObject({ effects: [], parts: [], reversible: 'yes' });
  });
});
