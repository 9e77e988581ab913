import { describe, expect, it } from 'vitest';
import { readState } from '../../../src/core/jobs/states.ts';

describe('readState', () => {
  it.each([
    ['PENDING', '', { kind: 'active', state: 'pending' }],
    ['PENDING', 'JobHeldAdmin', { kind: 'active', state: 'held' }],
    ['PENDING', 'user env retrieval failed requeued held', { kind: 'active', state: 'held' }],
    ['REQUEUE_HOLD', '', { kind: 'active', state: 'held' }],
    ['STAGE_OUT', '', { kind: 'active', state: 'completing' }],
    ['STOPPED', '', { kind: 'active', state: 'suspended' }],
    ['CANCELLED by 1000', '', { kind: 'ended', outcome: 'cancelled', interrupted: false }],
    ['CANCELLED+', '', { kind: 'ended', outcome: 'cancelled', interrupted: false }],
    ['BOOT_FAIL', '', { kind: 'ended', outcome: 'node-failure', interrupted: true }],
    ['DEADLINE', '', { kind: 'ended', outcome: 'timeout', interrupted: false }],
    ['SOMETHING_NEW', '', { kind: 'unknown' }],
    ['', '', { kind: 'unknown' }],
  ])('%s %s', (word, reason, expected) => {
    expect(readState(word, reason)).toEqual(expected);
  });
});
