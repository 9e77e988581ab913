import type { RunState } from '../src/core/run/state.ts';
import type { WorkerContext } from './context.ts';

export interface Judged {
  readonly verdict: 'allow' | 'ask' | 'refuse';
  readonly reasons: readonly string[];
  readonly effects: readonly string[];
}

export async function judgeForAgent(_context: WorkerContext, _state: RunState, _command: string, _folder: string): Promise<Judged> {
  return Promise.resolve({ verdict: 'ask', reasons: [], effects: [] });
}
