import { describe, expect, it } from 'vitest';
import type { EffectOutput } from '../../../src/core/run/commands.ts';
import { hideSecrets } from '../../../src/core/run/hide-secrets.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { viewRun } from '../../../src/core/run/view/index.ts';
import { digestOf } from '../../../src/runs/digest.ts';
import { ada, makeOutput, Walk } from './builders.ts';

// Put together at run time, so that no scanner takes this file for a leak.
const KEY = ['sk', 'aB3dE5gH7jK9mN1pQ3sT5vX7'].join('-');
const NAMED = ['p4', 'ssw0rd', 'of', 'ours'].join('');

/** The usual plan of a sample, with a key in its script and another behind an option. */
function planWithSecrets(state: RunState): EffectOutput {
  const usual = makeOutput(state, 'plan-sample');
  if (usual?.kind !== 'sample-planned' || usual.question.action.kind !== 'submit-job') throw new Error('no plan');
  const argv = [...usual.spec.argv, '--api-key', NAMED];
  const files = [{ path: 'plan/notebook.py', content: `client = Client("${KEY}")\n` }];
  const action = { ...usual.question.action, spec: { ...usual.spec, argv }, files };
  return {
    ...usual,
    plan: { ...usual.plan, argv, command: argv.join(' '), files: files.map((file) => ({ ...file, why: 'the cells' })) },
    spec: { ...usual.spec, argv },
    question: { title: usual.question.title, action, digest: digestOf(action) },
  };
}

const toSecretQuestion = (): Walk => {
  const walk = Walk.begin().toFirstQuestion().approve().work();
  return walk.work(planWithSecrets(walk.state));
};

describe('secrets that a repository holds', () => {
  it('are in what runs', () => {
    const { state } = toSecretQuestion();
    const action = state.approvals.at(-1)?.action;
    expect(JSON.stringify(action)).toContain(KEY);
    expect(digestOf(action)).toBe(state.approvals.at(-1)?.digest);
  });

  it('are in no message, no document and no record', () => {
    const { state } = toSecretQuestion();
    for (const shown of [viewRun(state), state.documents, hideSecrets(state)]) {
      expect(JSON.stringify(shown)).not.toContain(KEY);
      expect(JSON.stringify(shown)).not.toContain(NAMED);
    }
  });

  it('are announced where they are hidden, and only there', () => {
    const { state } = toSecretQuestion();
    const shown = viewRun(state).filter((slot) => slot.name.startsWith('approval:'));
    expect(shown.map((slot) => JSON.stringify(slot.parts).includes('holds secrets'))).toEqual([false, true]);
    expect(state.documents['questions/question-2.md']).toContain('holds secrets');
    expect(state.documents['questions/question-2.md']).toContain('[API key]');
    expect(hideSecrets(state).approvals.map((item) => item.secretsHidden)).toEqual([undefined, true]);
  });

  it('leave a state without secrets as it is', () => {
    const { state } = Walk.begin().toJob();
    expect(hideSecrets(state)).toEqual(state);
  });
});

describe('a run that is read back from its record', () => {
  const restore = (state: RunState): Walk => new Walk().do({ kind: 'restore', id: 'restore', at: state.updatedAt, by: ada, state });

  it('asks anew where the open question had secrets', () => {
    const { state } = restore(hideSecrets(toSecretQuestion().state));
    expect(state.approvals.at(-1)?.settled?.as).toBe('withdrawn');
    const step = state.steps.find((item) => item.name === 'sample-run');
    expect(step).toMatchObject({ status: 'running', phase: 'work', attempt: 2 });
  });

  it('keeps an open question without secrets open', () => {
    const { state } = restore(hideSecrets(Walk.begin().toFirstQuestion().state));
    expect(state.approvals.at(-1)?.settled).toBeNull();
  });
});
