import { describe, expect, it } from 'vitest';
import { tellRun } from '../../../src/core/diary/tell.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { foldEvents } from '../../../src/core/run/fold.ts';
import { ada, begun, makeFailure, research, runId } from '../run/builders.ts';

const base = { v: 1, at: begun } as const;
const asked: RunEvent = {
  ...base,
  type: 'run.requested',
  runId,
  kind: 'reproduce',
  by: ada,
  channel: research,
  repo: { url: 'https://github.com/karpathy/minGPT', ref: null, subfolder: '' },
  site: 'local',
};

describe('a journal as entries', () => {
  const events: RunEvent[] = [
    asked,
    { ...base, type: 'thread.opened', channel: research, ts: '1.2' },
    { ...base, at: begun + 1_000, type: 'step.started', step: 'clone', attempt: 1, phase: 'work' },
    { ...base, at: begun + 61_000, type: 'step.failed', step: 'clone', attempt: 1, failure: makeFailure() },
    { ...base, at: begun + 62_000, type: 'note.added', by: ada, text: 'try half the batch', ts: '1.3' },
  ];

  it('names the event, the thread and the person of each', () => {
    const entries = tellRun(events);
    expect(entries.map((entry) => [entry.id, entry.kind, entry.source.version])).toEqual([
      [`${runId}.1.0`, 'run', 1],
      [`${runId}.4.0`, 'failure', 4],
      [`${runId}.5.0`, 'idea', 5],
    ]);
    expect(entries[1]).toMatchObject({ topic: 'oom_gpu', about: 'karpathy/minGPT', thread: { channel: research, ts: '1.2' } });
    expect(entries[2]).toMatchObject({ by: ada, text: 'try half the batch', message: '1.3' });
  });

  it('is the same whether it is told at once or in parts', () => {
    const first = events.slice(0, 3);
    expect([...tellRun(first), ...tellRun(events.slice(3), foldEvents(first))]).toEqual(tellRun(events));
  });
});
