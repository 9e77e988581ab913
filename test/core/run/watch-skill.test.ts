import { describe, expect, it } from 'vitest';
import type { AgentFact } from '../../../src/core/agent-session/schema.ts';
import { listReadingTools } from '../../../src/core/run/call-skill.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { listEffects } from '../../../src/core/run/effects.ts';
import { findWatchedItem } from '../../../src/core/run/watch.ts';
import { ada, makeFailure } from './builders.ts';
import { draw, end, item, running, Watch } from './watch-walk.ts';

describe('a skill that a person calls where jobs are watched', () => {
  const call = (watch: Watch, skill: string, words = ''): Watch => watch.do({ kind: 'skill', by: ada, skill, words });
  const tell = (watch: Watch, ...facts: AgentFact[]): Watch => watch.do({ kind: 'agent', session: 'a1', facts });
  const answered: AgentFact = { kind: 'ended', as: 'answered', report: 'The node is full.', proposal: null };

  it('reads and explains, beside the looks that go on, and is shown in the thread', () => {
    const watch = call(new Watch([item('77')]).look(running), 'monitor-slurm', 'is it stuck?');
    const { agents } = watch.state;
    expect(agents).toMatchObject([{ skill: 'monitor-slurm', aside: true, by: ada }]);
    expect(agents[0]?.task).toContain('is it stuck?');
    expect(agents[0]?.task).toContain('- 77 (train-vit) – active');
    expect(agents[0]?.task).toContain('nothing can be run, changed or proposed');
    expect(listReadingTools(watch.state, { place: undefined })).toContain('read-log');
    for (const name of ['run', 'propose-fix', 'edit', 'submit-job', 'ask-person', 'remember', 'learn', 'read', 'map'])
      expect(listReadingTools(watch.state, { place: undefined })).not.toContain(name);
    watch.look(end('failed'));
    expect(listEffects(watch.state).map(({ kind }) => kind)).toEqual(['examine-watched', 'run-agent']);
    tell(watch, answered);
    expect(draw(watch.slot('agent:1'))).toContain('The node is full.');
    expect(watch.examine().state.verdict?.as).toBe('ENDED');
    call(watch, 'diagnose-failure');
    expect(listEffects(watch.state).map(({ kind }) => kind)).toEqual(['run-agent']);
    expect(watch.state.verdict?.as).toBe('ENDED');
  });

  it('ends with what is told of its own failure, by “stop” alone, and with the watch', () => {
    const watch = call(new Watch([item('77')]).look(running), 'monitor-slurm');
    const effectId = listEffects(watch.state).find(({ kind }) => kind === 'run-agent')?.id ?? '';
    watch.do({ kind: 'fail', effectId, failure: makeFailure({ title: 'HTTP 401' }) });
    expect(watch.state).toMatchObject({ verdict: null, agents: [{ end: { as: 'stopped' } }] });
    call(watch, 'monitor-slurm').do({ kind: 'stop-agent', by: ada });
    expect(watch.state).toMatchObject({ verdict: null, agents: [{}, { end: { as: 'stopped' } }] });
    call(watch, 'monitor-slurm').do({ kind: 'cancel', by: ada, reason: '' });
    expect(watch.state).toMatchObject({ verdict: { as: 'STOPPED' }, agents: [{}, {}, { end: { as: 'stopped' } }] });
    expect(listEffects(watch.state)).toEqual([]);
  });

  it.each(['navigate-repo', 'resolve-deps', 'sample-run', 'builder-model'])('is not %s, and it says why and what to do', (skill) => {
    const watch = new Watch([item('77')]);
    const { refusal } = decide(watch.state, { kind: 'skill', id: 'x', at: 9e12, by: ada, skill, words: '' });
    expect(refusal?.message).toContain(`The skill \`${skill}\` works on a repository, and this thread watches jobs`);
    expect(refusal?.message).toContain('Here `monitor-slurm` and `diagnose-failure` can be asked for');
    expect(refusal?.message).toContain('`/hpc reproduce <repo-url>`');
    expect(call(watch, skill).state.agents).toEqual([]);
  });

  it('finds the job that is meant among several, and no other one', () => {
    const watch = new Watch([item('77'), item('9', 'watch-w2', 'array'), item('12_3', 'watch-w3')], true).look(
      end('failed'),
      {},
      'watch-w2',
    );
    const find = (job?: string) => (watch.state.watch === null ? null : (findWatchedItem(watch.state.watch, job)?.jobId ?? null));
    expect([find(), find('77'), find('9_4'), find('9+1'), find('12_3')]).toEqual(['9', '77', '9', '9', '12_3']);
    for (const other of ['12', '12_4', '7', '770', '77_x', '9_4;scancel 1', '', '../9']) expect(find(other), other).toBeNull();
  });
});
