import { describe, expect, it } from 'vitest';
import { renderDataReport } from '../../../src/core/data-check/render.ts';
import { DataSpec } from '../../../src/core/data-check/spec.ts';
import fc from '../../support/properties.ts';
import { checkTexts, listFindings, makeRows, writeRows, type Row } from './sample.ts';

const check = (change: (rows: Row[]) => Row[], settings = {}) => checkTexts({ 'a.csv': writeRows(change(makeRows())) }, settings);
const set = (at: number, part: Partial<Row>) => (rows: Row[]) => rows.map((row, index) => (index === at ? { ...row, ...part } : row));
const setMany = (from: number, to: number, part: Partial<Row>) => (rows: Row[]) =>
  rows.map((row, index) => (index >= from && index < to ? { ...row, ...part } : row));
const add = (name: string, cell: (row: Row, at: number, rows: Row[]) => string) => {
  const rows = makeRows();
  return checkTexts({ 'a.csv': writeRows(rows, { name, cell: (row, at) => cell(row, at, rows) }) });
};

describe('data without a fault', () => {
  it('passes every step', () => {
    const report = check((rows) => rows);
    expect(listFindings(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'PASS', passed: true, files: [{ rows: 300, from: '2022-01-03', to: '2023-02-24' }] });
    expect(report.files[0]?.columns.rate).toMatchObject({ count: 300, missing: 0 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('passes whatever the numbers are (%d)', (seed) => {
    expect(listFindings(checkTexts({ 'a.csv': writeRows(makeRows(400, seed)) }))).toEqual([]);
  });
});

describe('each fault, alone', () => {
  it.each([
    ['few-rows', 'condition', () => check((rows) => rows.slice(0, 60))],
    ['few-rows', 'reject', () => check(() => [])],
    ['column-absent', 'reject', () => checkTexts({ 'a.csv': writeRows(makeRows()) }, { files: [{ path: 'a.csv', columns: ['vix'] }] })],
    ['column-name', 'reject', () => add('price', (row) => row.rate)],
    ['ragged-rows', 'reject', () => check(set(17, { price: '1,5' }))],
    ['text-among-numbers', 'condition', () => check(set(17, { price: '#REF!' }))],
    ['infinite', 'reject', () => check(set(17, { price: '-inf' }))],
    ['outlier', 'condition', () => check(set(17, { price: '9999' }))],
    [
      'out-of-range',
      'condition',
      () => check(set(17, { rate: '40' }), { ranges: { rate: { min: -5, max: 30 } }, thresholds: { outlier: 1e6 } }),
    ],
    ['stuck', 'condition', () => check(setMany(100, 112, { price: '100.5' }))],
    ['constant', 'condition', () => add('country', () => '1')],
    ['copy', 'condition', () => add('close', (row) => row.price)],
    ['missing-share', 'condition', () => check((rows) => rows.map((row, at) => (at % 10 === 3 ? { ...row, rate: '' } : row)))],
    ['missing-share', 'reject', () => add('news', (row, at) => (at % 3 === 0 ? row.price : 'n/a'))],
    ['missing-run', 'condition', () => check(setMany(100, 106, { rate: 'NaN' }))],
    ['is-target', 'reject', () => add('signal', (row) => (3 * Number(row.next)).toFixed(3))],
    ['is-target', 'reject', (): ReturnType<typeof add> => add('signal', (_row, at, rows) => rows[at + 1]?.next ?? '')],
    ['knows-too-much', 'condition', () => add('flow', (row, at) => (Number(row.next) + ((at * 7919) % 13) / 4).toFixed(3))],
    ['target-name', 'condition', () => add('next_open', (row, at) => String((at * 7919) % 97))],
    ['no-target', 'condition', () => check((rows) => rows, { target: undefined })],
    ['no-target', 'reject', () => check((rows) => rows, { target: { file: 'a.csv', column: 'gold' } })],
    ['date-unreadable', 'reject', () => check(set(17, { date: '3/4/2022' }))],
    ['mixed-zones', 'condition', () => check((rows) => set(17, { date: `${rows[17]?.date} 00:00:00` })(rows))],
    ['unordered', 'condition', () => check((rows) => rows.toReversed())],
    ['duplicate-date', 'reject', () => check((rows) => set(18, { date: rows[17]?.date ?? '' })(rows))],
    ['gap', 'condition', () => check((rows) => rows.filter((_, at) => at < 100 || at > 110))],
    ['weekend', 'condition', () => check(set(5, { date: '2022-01-09' }))],
    ['no-dates', 'condition', () => checkTexts({ 'a.csv': writeRows(makeRows()).replaceAll(/^[\d-]{10}/gm, 'x') })],
  ] as const)('%s is a %s', (rule, severity, run) => {
    const report = run();
    const found = listFindings(report).find((finding) => finding.rule === rule);
    expect(found).toMatchObject({ severity, file: 'a.csv' });
    expect(found?.fix).not.toBe('');
    expect(report.verdict).toBe(listFindings(report).some((finding) => finding.severity === 'reject') ? 'REJECT' : 'CONDITIONAL');
    expect(report.passed).toBe(false);
  });

  it('names column, day, number, limit and what to do', () => {
    const [finding] = listFindings(check(set(17, { price: '9999' })));
    expect(finding).toMatchObject({ column: 'price', where: ['2022-01-26'], count: 1, threshold: 20 });
    expect(renderDataReport(check(set(17, { price: '9999' })))).toContain(
      'condition  a.csv:price: 1 values lie more than 20 robust deviations',
    );
  });

  it('leaves alone what is right: a flag, a policy rate, a warm-up, what is clipped or skewed, a persistent level against a return', () => {
    const flag = add('flag', (_row, at) => (at > 150 ? '1' : '0'));
    const warm = check(setMany(0, 10, { rate: '' }));
    expect([listFindings(flag), listFindings(warm)]).toEqual([[], []]);
    const clipped = add('clipped', (row, at) => (at > 100 && at < 120 ? '4' : row.rate.slice(0, 5)));
    const skewed = add('probability', (_row, at, rows) => Math.exp(-20 + 6 * Math.abs(Number(rows[at]?.next))).toExponential(6));
    expect([listFindings(clipped), listFindings(skewed).filter(({ rule }) => rule === 'outlier')]).toEqual([[], []]);
    expect(warm.steps[2]?.findings).toMatchObject([{ rule: 'missing-start', severity: 'note', value: 10 }]);
  });

  it('compares levels by their changes', () => {
    const rows = makeRows();
    const target = { target: { file: 'a.csv', column: 'price' } };
    const twin = (offset: number) =>
      writeRows(rows, { name: 'index', cell: (_row, at) => (50 + at * 0.4 + Number(rows[at + offset]?.rate ?? 2)).toFixed(3) });
    expect(listFindings(checkTexts({ 'a.csv': twin(0) }, target))).toEqual([]);
    const copy = writeRows(rows, { name: 'index', cell: (row, at) => (2 * Number(row.price) + (at % 3) / 1000).toFixed(3) });
    expect(listFindings(checkTexts({ 'a.csv': copy }, target))).toMatchObject([{ rule: 'is-target', column: 'index' }]);
  });
});

describe('several sources', () => {
  const rows = makeRows();
  const other = (change: (row: Row, at: number) => string, dates: (row: Row, at: number) => string = (row) => row.date) =>
    `day,close\n${rows.map((row, at) => `${dates(row, at)},${change(row, at)}`).join('\n')}\n`;
  const compare = (text: string) =>
    checkTexts(
      { 'a.csv': writeRows(rows), 'b.csv': text },
      { agree: [{ left: { file: 'a.csv', column: 'price' }, right: { file: 'b.csv', column: 'close' } }] },
    );
  const rules = (text: string) => listFindings(compare(text)).map(({ rule, severity, value }) => [rule, severity, value]);

  it('agree', () => expect(rules(other((row) => row.price))).toEqual([]));
  it('differ on some days', () =>
    expect(rules(other((row, at) => (at % 20 === 0 ? (Number(row.price) * 1.05).toFixed(3) : row.price)))).toEqual([
      ['sources-differ', 'condition', 0.05],
    ]));
  it('are in another unit', () => {
    const text = other((row) => (Number(row.price) / 100).toFixed(5));
    expect(rules(text)).toEqual([['sources-differ', 'reject', 1]]);
    expect(listFindings(compare(text))[0]?.message).toContain('looks like a unit');
  });
  it('are a day apart', () =>
    expect(rules(other((_row, at) => rows[at - 1]?.price ?? ''))).toContainEqual(['shifted-source', 'condition', 1]));
  it('never meet', () =>
    expect(
      rules(
        other(
          (row) => row.price,
          (row) => row.date.replace(/^202/, '198'),
        ),
      ).map(([rule]) => rule),
    ).toContain('no-overlap'));

  it('are countries of one file', () => {
    const lines = rows.flatMap(({ date, rate }, at) =>
      ['JP', 'US', 'DE', 'FR'].flatMap((key) => {
        if (key === 'FR' && at > 200) return [];
        return [`${date},${key},${key === 'DE' ? (Number(rate) * 100).toFixed(3) : rate},${at % 7}`];
      }),
    );
    const text = `date,country,rate,return_1d\n${lines.join('\n')}\n`;
    const report = checkTexts({ 'a.csv': text }, { files: [{ path: 'a.csv', key: 'country' }], thresholds: { leak_lag: 1, outlier: 1e9 } });
    expect(listFindings(report).map(({ rule, message }) => [rule, /country \w+/.exec(message)?.[0]])).toEqual([
      ['key-ends-early', 'country FR'],
      ['key-unit', 'country DE'],
    ]);
  });
});

describe('data scripts', () => {
  const rulesOf = (code: string) =>
    listFindings(checkTexts({ 'a.csv': writeRows(makeRows()) }, {}, code)).map(({ rule, where }) => [rule, ...where]);

  it.each([
    ['scaler = StandardScaler()\nX = scaler.fit_transform(df)\nX_train, X_test = X[:800], X[800:]', [['fit-before-split', 'line 2']]],
    ['df["m"] = df["close"].shift(-1)', [['future-shift', 'line 1']]],
    ['df = df.fillna(method="bfill")', [['filled-from-later', 'line 1']]],
    ['df = df.interpolate()', [['filled-from-later', 'line 1']]],
    ['df["m"] = df.close.rolling(20, center=True).mean()', [['centred-window', 'line 1']]],
    ['a, b = train_test_split(df, test_size=0.2)', [['shuffled-split', 'line 1']]],
    ['df["z"] = (df.x - df.x.mean()) / df.x.std()\ntrain = df[:800]', [['scaled-on-everything', 'line 1']]],
    ['train = df[:800]\nscaler.fit(train)\nX = scaler.transform(df)', []],
    ['df["target"] = df["close"].pct_change().shift(-1)  # center=True', []],
    ['df["z"] = (df.x - df.x.rolling(60).mean()) / df.x.rolling(60).std()\ndf["lag"] = df.x.shift(1)\ndf = df.ffill()', []],
    ['a, b = train_test_split(df, shuffle=False)\nlabel = "bfilled # not"', []],
  ])('%j', (code, expected) => expect(rulesOf(code)).toEqual(expected));
});

describe('any table', () => {
  it('gets a verdict that follows from its findings', () => {
    const cell = fc.oneof(
      fc.double().map(String),
      fc.constantFrom('', 'NaN', '2024-01-01', '2024-01-02', 'x', '1e400', '"'),
      fc.string({ maxLength: 5 }),
    );
    const line = fc.array(cell, { maxLength: 5 }).map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join());
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (lines) => {
        const report = checkTexts({ 'a.csv': `date,a,b,return_1d\n${lines.join('\n')}\n` });
        expect(report.passed).toBe(listFindings(report).length === 0);
        expect(renderDataReport(report).split('\n')[0]).toBe(report.verdict);
      }),
      { numRuns: 60 },
    );
  });

  it('has a spec without unknown keys', () => {
    expect(DataSpec.safeParse({ files: [{ path: 'a' }], treshold: {} }).success).toBe(false);
    expect(DataSpec.safeParse({ files: [] }).success).toBe(false);
  });
});
