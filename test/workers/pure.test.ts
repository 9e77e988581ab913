import { describe, expect, it } from 'vitest';
import { ReprobotError, type ErrorCode } from '../../src/errors.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { requireGranted } from '../../workers/approved.ts';
import { expectedOf } from '../../workers/expected.ts';
import { backOff, describeThrown, failureOf } from '../../workers/outcome.ts';
import { fill, fillAll } from '../../workers/placeholders.ts';
import { decodeUtf8 } from '../../workers/utf8.ts';
import { makeFailure, Walk } from '../core/run/builders.ts';
import fc from '../support/properties.ts';

describe('decodeUtf8', () => {
  it('gives every text back, in whatever pieces its bytes come', () => {
    fc.assert(
      // A text may hold U+FFFD of its own: then it proves nothing about the cuts.
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\uFFFD')),
        fc.integer({ min: 1, max: 7 }),
        (text, step) => {
          const bytes = new TextEncoder().encode(text);
          let read = '';
          let offset = 0;
          // A reader that gets more bytes each time, from where it stopped.
          for (let end = step; offset < bytes.length; end += step) {
            const piece = decodeUtf8(bytes.subarray(offset, end));
            expect(piece.text).not.toContain('\uFFFD');
            read += piece.text;
            offset += piece.consumed;
            expect(end - offset).toBeLessThanOrEqual(Math.max(3, step + 3));
          }
          expect(read).toBe(text.startsWith('\uFEFF') ? text.slice(1) : text);
        },
      ),
    );
  });

  it.each([
    ['nothing', [], '', 0],
    ['a whole text', [0x61, 0xc3, 0xa9], 'aé', 3],
    ['half of é', [0x61, 0xc3], 'a', 1],
    ['three of four bytes of 😀', [0x61, 0xf0, 0x9f, 0x98], 'a', 1],
    ['only half of a character', [0xe6, 0x97], '', 0],
    ['rubbish in the middle', [0x61, 0xff, 0x62], 'a\uFFFDb', 3],
    ['rubbish that never becomes a character', [0x80, 0x80, 0x80, 0x80, 0x80], '\uFFFD'.repeat(5), 5],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9, 0x0a], 'caf\uFFFD\n', 5],
  ])('%s', (_what, bytes, text, consumed) => {
    expect(decodeUtf8(new Uint8Array(bytes))).toEqual({ text, consumed });
  });
});

describe('what is thrown', () => {
  const make = (code: ErrorCode, transient = false) =>
    new ReprobotError({ code, doing: 'submitting to lumi', why: 'it said no', remedy: 'Do this.', transient });

  it.each<[ErrorCode, boolean, string]>([
    ['host.auth-needed', true, 'retry'],
    ['host.unreachable', true, 'retry'],
    ['host.key-changed', false, 'failed'],
    ['backend.rejected', false, 'failed'],
    ['backend.outcome-unknown', true, 'retry'],
    ['git.too-large', false, 'failed'],
    ['timeout', true, 'retry'],
    ['timeout', false, 'failed'],
  ])('%s, passing: %s → %s', (code, transient, kind) => {
    for (const starts of [1, 5, 500]) expect(describeThrown(make(code, transient), starts).kind).toBe(kind);
  });

  it('says which login is waited for', () => {
    expect(describeThrown(make('host.auth-needed', true), 1)).toMatchObject({ kind: 'retry', needs: 'login', why: 'it said no' });
  });

  it('tries a mistake of ours three times more, and then says so', () => {
    for (const starts of [1, 2, 3]) expect(describeThrown(new TypeError('x is not a function'), starts).kind).toBe('retry');
    expect(describeThrown(new TypeError('x is not a function'), 4)).toMatchObject({
      kind: 'failed',
      failure: { title: 'Reprobot itself stumbled', explanation: expect.stringContaining('x is not a function') as string },
    });
    expect(describeThrown('a text', 4).kind).toBe('failed');
  });

  it.each<[ErrorCode, string, string]>([
    ['git.failed', 'request', 'git.failed'],
    ['host.unreachable', 'cluster', 'host.unreachable'],
    ['backend.rejected', 'cluster', 'scheduler_rejected'],
    ['usage.bad-input', 'request', 'usage.bad-input'],
    ['slack.refused', 'unknown', 'slack.refused'],
  ])('%s is the fault of the %s', (code, fault, name) => {
    expect(failureOf(make(code))).toMatchObject({ fault, class: name, explanation: 'it said no. Do this.', route: 'ask', remedy: null });
  });

  it('waits longer each time, and never longer than five minutes', () => {
    expect([0, 1, 2, 3, 7, 8, 9, 1_000].map(backOff)).toEqual([2_000, 2_000, 4_000, 8_000, 128_000, 256_000, 300_000, 300_000]);
  });
});

describe('requireGranted', () => {
  const walk = (): Walk => Walk.begin().toFirstQuestion();

  it('gives the action that was approved for this attempt', () => {
    const { state } = walk().approve();
    expect(digestOf(requireGranted(state, 'build-env'))).toBe(state.approvals[0]?.digest);
  });

  it('refuses what is open, rejected, of another step, or of an earlier attempt', () => {
    expect(() => requireGranted(walk().state, 'build-env')).toThrow('nobody has approved exactly this action');
    expect(() => requireGranted(walk().approve().state, 'sample-run')).toThrow('nobody has approved');
    expect(() => requireGranted(walk().approve().fail(makeFailure()).work().state, 'build-env')).toThrow('nobody has approved');
  });

  it('refuses an action that was changed after it was approved', () => {
    const state = structuredClone(walk().approve().state);
    const action = state.approvals[0]?.action;
    if (action?.kind !== 'build-environment') throw new Error('no question');
    action.commands.push(['rm', '-rf', '/']);
    expect(() => requireGranted(state, 'build-env')).toThrow('nobody has approved exactly this action');
  });
});

describe('placeholders', () => {
  it.each([
    ['{run}/x', '/r/x'],
    ['{python}', '/r/venv/bin/python'],
    ['{run}:{run}', '/r:/r'],
    ['a {other} b', 'a {other} b'],
    ['', ''],
  ])('%s', (text, filled) => {
    expect(fill(text, { run: '/r', python: '{run}/venv/bin/python' })).toBe(filled);
  });

  it('takes a folder with dollar signs as it is', () => {
    expect(fill('{run}/x', { run: '/$&/$1' })).toBe('/$&/$1/x');
    expect(fillAll({ A: '{run}', '{run}': 'b' }, { run: '/r' })).toEqual({ A: '/r', '{run}': 'b' });
  });
});

it('knows the total that the plan expects', () => {
  expect(expectedOf(Walk.begin().state)).toEqual({});
  expect(expectedOf(Walk.begin().toJob().state)).toEqual({ steps: 20 });
});
