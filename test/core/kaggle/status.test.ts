import { describe, expect, it } from 'vitest';
import { CREATION_MS, interpretAbsence, interpretSession, STALE_MS, type SessionState } from '../../../src/core/kaggle/status.ts';

const settled = { versionNumber: 2, pushedAt: 0, sawActive: true };
const TIME_LIMIT = 'Your notebook was stopped because it exceeded the max allowed execution duration.';
const MEMORY = 'Your notebook tried to allocate more memory than is available. It has restarted.';

describe('what a status means', () => {
  it.each<[SessionState, string | null, object]>([
    ['QUEUED', null, { kind: 'active', state: 'pending' }],
    ['RUNNING', null, { kind: 'active', state: 'running' }],
    ['CANCEL_REQUESTED', null, { kind: 'active', state: 'completing' }],
    ['COMPLETE', null, { kind: 'ended', outcome: 'completed' }],
    ['ERROR', null, { kind: 'ended', outcome: 'failed' }],
    ['ERROR', MEMORY, { kind: 'ended', outcome: 'out-of-memory' }],
    ['ERROR', TIME_LIMIT, { kind: 'ended', outcome: 'timeout' }],
    ['CANCEL_ACKNOWLEDGED', TIME_LIMIT, { kind: 'ended', outcome: 'timeout' }],
    ['CANCEL_ACKNOWLEDGED', null, { kind: 'ended', outcome: 'cancelled' }],
    ['NEW_SCRIPT', null, { kind: 'missing' }],
  ])('%s with %j', (state, failureMessage, meaning) => {
    expect(interpretSession({ state, failureMessage }, settled, 1_000)).toMatchObject(meaning);
  });

  it('is not believed too early: an ending may be that of the version before', () => {
    const look = { state: 'COMPLETE' as const, failureMessage: null };
    const fresh = { versionNumber: 2, pushedAt: 0, sawActive: false };
    expect(interpretSession(look, fresh, STALE_MS - 1)).toMatchObject({ kind: 'active', state: 'pending' });
    expect(interpretSession(look, fresh, STALE_MS)).toMatchObject({ kind: 'ended' });
    expect(interpretSession(look, { ...fresh, sawActive: true }, 1)).toMatchObject({ kind: 'ended' });
    expect(interpretSession(look, { ...fresh, versionNumber: 1 }, 1)).toMatchObject({ kind: 'ended' });
  });

  it('takes “there is none” for a session that is being made, but not for ever', () => {
    expect(interpretAbsence(settled, CREATION_MS - 1)).toMatchObject({ kind: 'active', state: 'pending' });
    expect(interpretAbsence(settled, CREATION_MS)).toMatchObject({ kind: 'missing' });
  });
});
