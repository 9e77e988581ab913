import { describe, expect, it } from 'vitest';
import type { EntryArgument } from '../../../src/core/repo-map/schema.ts';
import { dropPlaceholders, listLeftOut } from '../../../src/core/sample-run/holes.ts';

const argument = (name: string, role: EntryArgument['role'], value: string | null, required = false): EntryArgument => ({
  name,
  aliases: [],
  type: null,
  default: value,
  required,
  choices: [],
  help: null,
  role,
  style: 'space',
  evidence: { file: 'fit.py', line: 1, text: '' },
});
const drop = (command: string, known: readonly EntryArgument[] = []) => dropPlaceholders(command.split(' '), known).join(' ');

describe('the holes of a command in a sample', () => {
  it('are left out where the program has a default that serves here', () => {
    const known = [argument('--data', 'data', 'data/small'), argument('--out', 'output', null), argument('--lr', 'other', '1')];
    expect(drop('python fit.py --data /path/to/data --out <folder> --lr 2', known)).toBe('python fit.py --lr 2');
  });

  it('stay where the program insists, and where its data lie only on the machine of its author', () => {
    const known = [argument('--data', 'data', '/home/me/images'), argument('--key', 'other', null, true)];
    expect(drop('python fit.py --data /path/to/data --key <key>', known)).toBe('python fit.py --data /path/to/data --key <key>');
  });

  it('leave settings without a value, dots and what stands in brackets out', () => {
    expect(drop('python fit.py dir=<folder> size=3 [name] ...')).toBe('python fit.py size=3');
  });

  it('are told when they are left out, with their options', () => {
    const words = 'python fit.py --data <data> --lr 2 out=<folder> [name] --tag <tag>'.split(' ');
    expect(listLeftOut(words, ['python', 'fit.py', '--lr', '2'])).toEqual(['--data <data>', 'out=<folder>', '[name]', '--tag <tag>']);
    expect(listLeftOut(words, words)).toEqual([]);
  });

  it('stay where only their position says what they are', () => {
    expect(drop('python fit.py <data> --lr 2')).toBe('python fit.py <data> --lr 2');
  });
});
