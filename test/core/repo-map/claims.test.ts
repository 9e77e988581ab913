import { describe, expect, it } from 'vitest';
import { findClaims } from '../../../src/core/repo-map/claims.ts';
import { repoFiles } from './helpers.ts';

const claims = (...lines: readonly string[]) =>
  findClaims(repoFiles({ 'README.md': lines.join('\n') })).map(({ metric, value, text, command, evidence }) => [
    metric,
    value,
    text,
    command,
    evidence.line,
  ]);

describe('findClaims', () => {
  it('reads each number of a table with the head of its column and what its row is about', () => {
    expect(
      claims(
        '| Model | Epochs | Top-1 (%) | FID ↓ | Params | Weights |',
        '|:---|---:|:-:|--|---|---|',
        '| **Small** | 100 | 76.1 ± 0.2 | - | 1,234 | [link](https://x.org/a.pth) |',
        '| [Big](https://x.org) | 300 | `81.3%` | 2.27 | 86M | n/a |',
      ),
    ).toEqual([
      ['Top-1 (%)', 76.1, 'Small: 76.1 ± 0.2', null, 3],
      ['Params', 1234, 'Small: 1,234', null, 3],
      ['Top-1 (%)', 81.3, 'Big: 81.3%', null, 4],
      ['FID ↓', 2.27, 'Big: 2.27', null, 4],
      ['Params', 86, 'Big: 86M', null, 4],
    ]);
  });

  it('takes the command in the row, else the nearest one of the section', () => {
    const table = ['| Set | Score |', '|---|---|', '| a | 1.5 |'];
    expect(claims('```', 'python train.py \\', '  --big', '```', '', ...table)[0]?.[3]).toBe('python train.py --big');
    expect(claims(...table, '', 'Run `python eval.py --all` for it.')[0]?.[3]).toBe('python eval.py --all');
    expect(claims('| Set | Score | How |', '|---|---|---|', '| a | 1.5 | `bash run.sh a` |')[0]?.[3]).toBe('bash run.sh a');
    expect(claims('## One', 'python train.py', '## Two', ...table)[0]?.[3]).toBeNull();
  });

  it('reads tables of HTML', () => {
    const html = ['<table>', '<tr><th>name</th><th>box AP</th></tr>', '<tr>', '<td>R50</td>', '<td>42.0</td></tr>', '</table>'];
    expect(claims(...html)).toEqual([['box AP', 42, 'R50: 42.0', null, 3]]);
  });

  it('takes cells that span columns and rows for each of their places, and two rows of heads for one', () => {
    const html = [
      '<table>',
      '<tr><th rowspan="2">method</th><th colspan=2>mIoU</th></tr>',
      '<tr><th>seen</th><th>unseen</th></tr>',
      '<tr><td rowspan="2">ours</td><td>71.0</td><td>33.5</td></tr>',
      '<tr><td>72.5</td><td>34.0</td></tr>',
      '</table>',
    ];
    expect(claims(...html)).toEqual([
      ['mIoU seen', 71, 'ours: 71.0', null, 4],
      ['mIoU unseen', 33.5, 'ours: 33.5', null, 4],
      ['mIoU seen', 72.5, 'ours: 72.5', null, 5],
      ['mIoU unseen', 34, 'ours: 34.0', null, 5],
    ]);
  });

  it('names what a number is about: the section, the meaning of a head that is a number, one of several values in a cell', () => {
    expect(claims('## On the moon', '', '| labels | 40 | 250 |', '|-|-|-|', '| us | 93.6 | [log](x) |')).toEqual([
      ['labels 40', 93.6, 'On the moon, us: 93.6', null, 5],
    ]);
    expect(claims('| task | seconds | score |', '|-|-|-|', '| a<br>b | 0.7 <br> 1.2 | 91.3<br/>92 |')).toEqual([
      ['seconds', 0.7, 'a: 0.7', null, 3],
      ['score', 91.3, 'a: 91.3', null, 3],
      ['seconds', 1.2, 'b: 1.2', null, 3],
      ['score', 92, 'b: 92', null, 3],
    ]);
  });

  it('claims nothing from a list of options', () => {
    expect(claims('| option | default | description |', '|-|-|-|', '| `--steps` | 500 | how many |')).toEqual([]);
    expect(claims('| model | threads | speed |', '|-|-|-|', '| s | 4 | 0.6 |')).toEqual([['speed', 0.6, 's: 0.6', null, 3]]);
  });

  it('is not upset by tables without heads, ends or numbers', () => {
    expect(claims('|---|', '| a | b |', '|-', '<table><tr><td>1', '| x | y |', '|:-|', '| 1 |')).toEqual([['x', 1, '1', null, 7]]);
    expect(claims(`|${' '.repeat(3000)}--${' '.repeat(3000)}`, '|'.repeat(5000))).toEqual([]);
  });
});
