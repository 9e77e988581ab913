import { describe, expect, it } from 'vitest';
import { parseLook } from '../../../src/backends/shared/look.ts';
import { fillPattern } from '../../../src/backends/slurm/log-paths.ts';
import { parseAnswers, readBytes, readExit, readNodeMemory } from '../../../src/backends/slurm/parse.ts';
import fc from '../../support/properties.ts';

const line = (...fields: string[]): string => fields.join('\u001f');
const answer = (...lines: string[]): string =>
  ['Welcome to the login node', '@reprobot-begin 1800000000', ...lines, '@reprobot-end', ''].join('\n');

describe('the files that a job writes', () => {
  const names = { jobId: '12', arrayJobId: '10', task: '3', user: 'ada', host: 'nid001.hpc', name: 'a b' };

  it.each([
    ['/w/slurm-%j.out', '/w/slurm-12.out'],
    ['/w/%x-%A_%a.log', '/w/a b-10_3.log'],
    ['/w/%4a/%u/%N-100%%.log', '/w/0003/ada/nid001-100%.log'],
    ['/w/plain', '/w/plain'],
    ['/w/%s.log', null],
    ['relative-%j', null],
  ])('%s', (pattern, path) => {
    expect(fillPattern(pattern, names)).toBe(path);
  });

  it('of a job that is no array', () => {
    expect(fillPattern('/w/%A', { ...names, task: 'N/A' })).toBe('/w/12');
    expect(fillPattern('/w/%N', { ...names, host: '' })).toBeNull();
  });
});

describe('one look, read back', () => {
  it('sorts the lines of queue, accounting, records and logs', () => {
    const text = answer(
      line('S', 'squeue', '-', '0', ''),
      line('Q', '-', '12', '12', '12', 'PENDING', 'ReqNodeNotAvail, UnavailableNodes:n1', '1799999000', '1800003600', 'N/A', ''),
      line('S', 'sacct', '-', '0', ''),
      line(
        'A',
        '-',
        '13',
        '13',
        'CANCELLED by 1000',
        '0:15',
        '1799999000',
        '1799999100',
        '1799999200',
        'n1',
        '',
        'billing=8,cpu=8,mem=4G,node=2',
      ),
      line('A', '-', '13.batch', '13.batch', 'CANCELLED', '0:15', '1799999000', '1799999100', '1799999200', 'n1', '33824748K', ''),
      line('F', '1', '-', '1799999190 0', '1799999100 n1 77 0 13 600', '{"exit":3,"signal":null,"startedAt":1,"endedAt":2}'),
      line('L', '1', '99', '5', '0', Buffer.from('hällo').toString('base64')),
    );
    const look = parseLook(text);
    const answers = parseAnswers(look as NonNullable<typeof look>);
    expect(answers.queue.get('-/12')).toMatchObject({
      state: 'PENDING',
      reason: 'ReqNodeNotAvail, UnavailableNodes:n1',
      startAt: 1_800_003_600_000,
      endAt: undefined,
    });
    expect(answers.accounting.get('-/13')).toMatchObject([
      { state: 'CANCELLED by 1000', signal: 15, maxRssBytes: 33_824_748 * 1024, memoryBytes: 2 ** 31 },
    ]);
    expect(look?.files.get(1)).toMatchObject({ heartbeatAt: 1_799_999_190_000, startedJobId: '13', exit: { exit: 3 } });
    expect(Buffer.from(look?.logs.get(1)?.bytes ?? []).toString()).toBe('hällo');
  });

  it.each([
    ['1', 'Slurm accounting storage is disabled', 'off'],
    ['1', 'Problem talking to the database: Connection refused', 'failed'],
    ['0', 'a notice of the site', 'answered'],
    ['124', '', 'failed'],
  ])('sacct with exit code %s and "%s" is %s', (code, words, status) => {
    const look = parseLook(answer(line('S', 'sacct', '-', code, words)));
    expect(parseAnswers(look as NonNullable<typeof look>).accountingStatus.get('-')?.status).toBe(status);
  });

  it('takes a cut answer for none', () => {
    expect(parseLook(answer().replace('@reprobot-end', ''))).toBeNull();
    expect(parseLook('')).toBeNull();
  });

  it('survives whatever a payload writes into its records', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (parts) => {
        const text = answer(line('F', '0', '-', ...parts.map((part) => part.replaceAll('\n', ' '))), ...parts);
        const look = parseLook(text);
        if (look !== null) parseAnswers(look);
      }),
    );
  });

  it.each([
    ['3:0', { exitCode: 3, signal: null }],
    ['0:9', { exitCode: null, signal: 9 }],
    ['0:125', { exitCode: null, signal: null }],
    ['', { exitCode: null, signal: null }],
  ])('exit code %s', (text, expected) => {
    expect(readExit(text)).toEqual(expected);
  });

  it('reads sizes with and without a letter', () => {
    expect([readBytes('16740352'), readBytes('1.5G'), readBytes('0'), readBytes('')]).toEqual([
      16_740_352,
      1.5 * 2 ** 30,
      undefined,
      undefined,
    ]);
  });
});

describe('memory of a node', () => {
  it.each([
    ['billing=1,cpu=1,mem=200M,node=1', 200 * 1024 ** 2],
    ['cpu=16,mem=64G,node=4,gres/gpu=8', 16 * 1024 ** 3],
    ['cpu=1,node=1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (requested, bytes) => {
    expect(readNodeMemory(requested)).toBe(bytes);
  });
});
