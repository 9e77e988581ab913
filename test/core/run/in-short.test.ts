/** What can be allowed at a glance: only what stands there whole. */
import { describe, expect, it } from 'vitest';
import type { ApprovalAction } from '../../../src/core/run/events.ts';
import type { Part } from '../../../src/core/run/slots.ts';
import type { Approval } from '../../../src/core/run/state.ts';
import { MODAL_HOLDS } from '../../../src/core/run/view/approval.ts';
import { viewInShort } from '../../../src/core/run/view/in-short.ts';
import { PATCH_PATH } from '../../../src/core/sample-run/patch-files.ts';
import { renderSlot } from '../../../src/slack/blocks.ts';
import { ada, begun, makeSpec, Walk } from './builders.ts';

const { state } = Walk.begin().toFirstQuestion();
const [first] = state.approvals;
if (first === undefined) throw new Error('no question');

function show(action: ApprovalAction, changes: Partial<Approval> = {}): { code: string; buttons: string[]; quiet: string } {
  const parts = viewInShort(state, { ...first, action, ...changes } as Approval);
  const of = <K extends Part['kind']>(kind: K) => parts.filter((part): part is Extract<Part, { kind: K }> => part.kind === kind);
  return {
    code: of('code')
      .map(({ text }) => text)
      .join('\n'),
    buttons: of('buttons').flatMap(({ items }) => items.map(({ action: name }) => name)),
    quiet: of('quiet')
      .flatMap(({ lines }) => lines.map((line) => (typeof line === 'string' ? line : line.map(({ text }) => text).join(''))))
      .join('\n'),
  };
}

const submit = (diff: readonly string[], argv: readonly string[] = ['python', 'train.py']): ApprovalAction => ({
  kind: 'submit-job',
  site: 'local',
  spec: { ...makeSpec(1), argv: [...argv] },
  command: ['sh', 'job.sh'],
  files: [
    { path: 'job.sh', content: '#!/bin/sh\n' },
    ...(diff.length === 0 ? [] : [{ path: PATCH_PATH, content: `${diff.join('\n')}\n` }]),
  ],
});
const TERMS = 'Resources: 2 CPUs, 4.2 GB, at most 10 min\nIsolation: NONE: the code can read what this account can read';
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `+line ${index}`);

describe('a question among other things', () => {
  it('that is short is approved where it stands, small changes of the code included', () => {
    expect(show(submit([]))).toEqual({
      code: 'python train.py',
      buttons: ['approve', 'reject', 'show'],
      quiet: TERMS,
    });
    expect(show(submit(lines(12)))).toMatchObject({
      code: ['python train.py', ...lines(12)].join('\n'),
      buttons: ['approve', 'reject', 'show'],
    });
  });

  it('that is long is looked at before it can be approved: commands, arguments, a diff, an experiment', () => {
    const looked = { buttons: ['look', 'reject'] };
    expect(show(submit(lines(13)))).toEqual({
      code: 'python train.py\nand a change of the code, 13 lines of diff\n…',
      ...looked,
      quiet: `${TERMS}\nNot all of it is shown here; it can be approved after a look.`,
    });
    expect(show(submit(['+'.repeat(121)]))).toMatchObject(looked);
    expect(show(submit([], ['python', 'train.py', '--note', 'x'.repeat(200)]))).toMatchObject(looked);
    if (first.action.kind !== 'build-environment') throw new Error('another question');
    const [command = []] = first.action.commands;
    expect(show({ ...first.action, commands: Array.from({ length: 5 }, () => command) })).toMatchObject(looked);
    const experiment: ApprovalAction = {
      kind: 'run-experiment',
      site: 'kaggle',
      project: 'small',
      terms: { account: 'ada', accelerator: 'none', internet: false, minutes: 60, datasets: [] },
      dataScript: null,
      pushes: ['Feature one: up to 3 judged attempts'],
      mostPushes: 3,
      files: [{ path: 'project.yaml', sha256: 'a'.repeat(64), bytes: 10 }],
    };
    expect(show(experiment)).toMatchObject({ code: 'Feature one: up to 3 judged attempts\n…', ...looked });
  });

  it('that can be approved at a glance is there whole, also the third in a message', () => {
    const widest = ['x'.repeat(119), '"'.repeat(60), '\u202E'.repeat(16)].map((line) => Array.from({ length: 12 }, () => `+${line}`));
    for (const diff of [...widest, lines(12)]) {
      const parts = [1, 2, 3].flatMap((): Part[] => [
        { kind: 'text', lines: ['y'.repeat(300)] },
        ...viewInShort(state, { ...first, action: submit(diff) }),
      ]);
      const slot = { name: 'status', place: 'root' as const, mention: [], summary: '', parts, files: [] };
      const sent = renderSlot(slot, { mention: false }).blocks.map((block) => JSON.stringify(block));
      const offers = sent.flatMap((block, index) => (block.includes('"type":"actions"') ? [sent.slice(index - 3, index).join('\n')] : []));
      expect(offers).toHaveLength(3);
      for (const told of offers) expect(told).toContain('NONE');
      if (show(submit(diff)).buttons.includes('approve')) for (const told of offers) expect(told.split('+')).toHaveLength(13);
      else expect(show(submit(diff)).buttons).toEqual(['look', 'reject']);
    }
  });

  it('that no modal can hold is approved in its thread alone', () => {
    expect(show(submit(['+', 'x'.repeat(MODAL_HOLDS), ...lines(20)]))).toMatchObject({
      buttons: ['reject'],
      quiet: `${TERMS}\nToo much to show here: all of it hangs in its thread, where it can be approved.`,
    });
  });

  it('shows the answer once there is one', () => {
    const settled = { as: 'granted' as const, by: ada, at: begun, reason: '', via: 'button' };
    const shown = show(submit(lines(40)), { settled });
    expect(shown.buttons).toEqual([]);
    expect(shown.quiet).toContain(`Approved by ${ada}`);
  });
});
