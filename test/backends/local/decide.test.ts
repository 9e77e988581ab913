import { describe, expect, it } from 'vitest';
import { decideLocal } from '../../../src/backends/local/decide.ts';
import type { JobFiles } from '../../../src/backends/shared/look.ts';

const NOW = 1_800_000_000_000;
const files = (parts: Partial<JobFiles>): JobFiles => ({
  life: 'alive',
  heartbeatAt: NOW - 10_000,
  startedAt: NOW - 60_000,
  startedJobId: '1.2',
  limitAt: NOW + 60_000,
  node: 'here',
  exit: null,
  ...parts,
});
const exit = { exit: 0, signal: null, startedAt: NOW - 60_000, endedAt: NOW - 1000 };

describe('decideLocal', () => {
  const cases: [string, JobFiles | undefined, object][] = [
    ['not reported', undefined, { kind: 'no-information' }],
    ['alive', files({}), { kind: 'active', state: 'running', limitAt: NOW + 60_000, heartbeatAt: NOW - 10_000 }],
    ['the exit record wins over life', files({ exit }), { kind: 'ended', outcome: 'completed', evidence: 'exit-record' }],
    ['a limit', files({ exit: { ...exit, exit: null, signal: 9, reason: 'memory-limit' } }), { outcome: 'out-of-memory', signal: 9 }],
    ['gone a moment ago', files({ life: 'gone' }), { kind: 'missing' }],
    ['gone for long', files({ life: 'gone', heartbeatAt: NOW - 61_000 }), { kind: 'ended', outcome: 'lost', endedAt: NOW - 61_000 }],
    ['restarted machine', files({ life: 'rebooted' }), { kind: 'ended', outcome: 'lost', evidence: 'silence' }],
    ['no folder', files({ life: 'absent' }), { kind: 'missing' }],
    ['cancelled before it came up', files({ life: 'withdrawn' }), { kind: 'ended', outcome: 'cancelled', exitCode: null }],
    ['not started', files({ life: 'unborn' }), { kind: 'missing' }],
  ];
  it.each(cases)('%s', (_title, seen, expected) => {
    expect(decideLocal(seen, NOW, 60_000, 0)).toMatchObject(expected);
  });

  it('calls a job lost whose folder has been gone for long, and not before', () => {
    expect(decideLocal(files({ life: 'absent' }), NOW, 60_000, 59_000)).toMatchObject({ kind: 'missing' });
    expect(decideLocal(files({ life: 'absent' }), NOW, 60_000, 60_000)).toMatchObject({ kind: 'ended', outcome: 'lost' });
    expect(decideLocal(files({ life: 'unborn' }), NOW, 60_000, 60_000)).toMatchObject({ kind: 'ended', outcome: 'lost' });
    expect(decideLocal(files({ life: 'absent' }), NOW, 0, 0)).toMatchObject({ kind: 'missing' });
  });
});
