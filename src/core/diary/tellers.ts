/** What each kind of event of a run tells the diary: a row a type. */
import type { RunEvent } from '../run/events.ts';
import { formatCount } from '../run/format.ts';
import { tellAgent } from './tell-agent.ts';
import { tellEdited, tellExpired, tellGranted, tellRejected, tellRequested, tellWithdrawn } from './tell-answers.ts';
import { tellObserved, tellPlanned, tellSample, tellSubmitted, tellWarned } from './tell-jobs.ts';
import {
  tellAdjusted,
  tellBuilt,
  tellEnvironment,
  tellStepDelayed,
  tellStepDone,
  tellStepFailed,
  tellStepReset,
  tellStepStarted,
} from './tell-steps.ts';
import { tellExamined, tellLooks } from './tell-watch.ts';
import { append, type Teller } from './told.ts';

export const TELLERS: { readonly [T in RunEvent['type']]: Teller<T> } = {
  'run.requested': ({ by, site, repo }) => [
    { kind: 'run', by, topic: 'requested', text: `Reproduction on ${site} asked for${append(' at ', repo.ref ?? '')}` },
  ],
  'watch.requested': ({ by, site, items }) => [
    {
      kind: 'run',
      by,
      topic: 'requested',
      text: `${formatCount(items.length, 'job')} on ${site} to be watched`,
      job: items[0]?.jobId ?? null,
    },
  ],
  'watch.observed': tellLooks,
  'watch.examined': tellExamined,
  'thread.opened': () => 'place-of-talk',
  'step.started': tellStepStarted,
  'step.phase': () => 'same-step',
  'step.done': tellStepDone,
  'step.failed': tellStepFailed,
  'step.retrying': ({ step, number, of, exclude }) => [
    {
      kind: 'run',
      topic: step,
      text: `${step} is tried again by itself, attempt ${number} of ${of}${append(', not on ', exclude ?? '')}`,
    },
  ],
  'step.reset': tellStepReset,
  'step.delayed': tellStepDelayed,
  'repo.cloned': ({ commit, files }) => [
    {
      kind: 'run',
      topic: 'clone',
      commit,
      text: `Cloned at ${commit.slice(0, 12)}, ${formatCount(files, 'file')}`,
      figures: [{ name: 'files', value: files, unit: '' }],
    },
  ],
  'repo.mapped': () => 'told-by-step',
  'env.planned': tellEnvironment,
  'env.built': tellBuilt,
  'sample.planned': tellPlanned,
  'approval.requested': tellRequested,
  'approval.granted': tellGranted,
  'approval.edited': tellEdited,
  'approval.expired': tellExpired,
  'approval.rejected': tellRejected,
  'approval.withdrawn': tellWithdrawn,
  'access.refused': ({ by, what }) => [
    { kind: 'decision', by, topic: 'no', text: `Refused, because the person is not on the list: ${what}` },
  ],
  'job.submitted': tellSubmitted,
  'job.observed': tellObserved,
  'job.warned': tellWarned,
  'sample.examined': tellSample,
  'agent.fact': tellAgent,
  'plan.adjusted': tellAdjusted,
  'document.written': () => 'told-by-step',
  'note.added': ({ by, text, ts }) => [{ kind: 'idea', by, text, message: ts }],
  'cancel.requested': ({ by, reason }) => [{ kind: 'decision', by, topic: 'cancel', text: `Cancelled${append(': ', reason)}` }],
  'run.resumed': ({ by }) => [{ kind: 'decision', by, topic: 'resume', text: 'Resumed' }],
  'run.restored': ({ by }) => [{ kind: 'run', by, topic: 'restored', text: 'Read back from its record, because the journal was gone' }],
  'run.finished': ({ verdict }) => [{ kind: 'result', topic: verdict.as, text: `${verdict.as}${append(': ', verdict.reason)}` }],
};
