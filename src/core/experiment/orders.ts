/** What people ask of a loop, and what follows. Pure; who may ask for what is checked before, and for overruling again here. */
import { overrule } from '../gates/overrule.ts';
import { redactText } from '../redact.ts';
import type { CommandOf } from '../run/commands.ts';
import { refuse, type Decision } from '../run/decision.ts';
import type { RunEvent } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import { enterStage, findCurrentPart, findHold, findPlace } from './move.ts';
import type { LoopOrder } from './outputs.ts';
import type { Attempt, ExperimentState, Part } from './schema.ts';
import { findWaiver, isPassed, listApprovers } from './verdicts.ts';

type OrderOf<K extends LoopOrder['order']> = Extract<LoopOrder, { order: K }>;

interface Said {
  readonly by: string;
  readonly at: number;
}

/** An order as facts, or why it cannot be followed. */
export function decideLoopOrder(state: RunState, exp: ExperimentState, { order, by, at }: CommandOf<'loop-order'>): Decision {
  const said = { by, at };
  // What a person decides against the numbers may come after the end: the loop then goes on from there.
  const mayReopen = order.order === 'overrule' || order.order === 'waive';
  if (state.verdict !== null && !(mayReopen && state.verdict.as === 'NOT PASSED'))
    return refuse('finished', `This loop is over: ${state.verdict.as}.`);
  switch (order.order) {
    case 'pause':
      return exp.paused === null
        ? { events: [{ v: 1, at, type: 'loop.paused', by }] }
        : refuse('already-settled', 'The loop is paused already. What runs at Kaggle goes on.');
    case 'resume':
      return exp.paused === null
        ? refuse('nothing-to-resume', 'The loop is not paused.')
        : { events: [{ v: 1, at, type: 'loop.resumed', by }] };
    case 'go-on':
      return decideGoOn(state, exp, said);
    case 'try':
      return { events: [{ v: 1, at, type: 'loop.idea_given', by, text: redactText(order.idea) }] };
    case 'next':
      return decideNextPart(exp, order, said);
    case 'final':
      return decideFinal(exp, order, said);
    case 'waive':
      return decideWaiver(state, exp, order, said);
    case 'overrule':
      return decideOverrule(state, exp, order, said);
  }
}

/** The answer to a request: what only a person could do is done. */
function decideGoOn(state: RunState, exp: ExperimentState, { by, at }: Said): Decision {
  const hold = findHold(exp);
  if (hold === undefined) return refuse('nothing-to-approve', 'Nothing waits for a person here.');
  const answered: RunEvent = { v: 1, at, type: 'loop.hold_answered', id: hold.id, by, closed: false };
  const place = findPlace(exp);
  if (hold.kind !== 'kaggle' || place === null) return { events: [answered] };
  return { events: [answered, ...enterStage(state, place, hold.stage, 'a person has seen to it', at)] };
}

function findPart(exp: ExperimentState, name: string | null): Part | undefined {
  return name === null
    ? (findCurrentPart(exp) ?? exp.parts.findLast(({ attempts }) => attempts.length > 0))
    : exp.parts.find((part) => part.name === name);
}

function unknownPart(exp: ExperimentState, name: string | null): Decision {
  return refuse('changed', `I know no feature ${name ?? ''}. There are: ${exp.parts.map((part) => part.name).join(', ')}.`);
}

function decideNextPart(exp: ExperimentState, { part: name }: OrderOf<'next'>, { by, at }: Said): Decision {
  const part = findPart(exp, name);
  if (part === undefined) return unknownPart(exp, name);
  if (part.status === 'passed' || part.status === 'left')
    return refuse('already-settled', `${part.name} is closed already: ${part.reason}.`);
  return {
    events: [
      ...answerHold(exp, part, by, at),
      { v: 1, at, type: 'loop.part_closed', part: part.name, as: 'left', reason: `given up by ${by}`, attempt: null },
    ],
  };
}

/** A request about a part that is closed waits for nothing any more. */
function answerHold(exp: ExperimentState, part: Part, by: string, at: number): RunEvent[] {
  const hold = findHold(exp);
  return hold === undefined || hold.part !== part.name ? [] : [{ v: 1, at, type: 'loop.hold_answered', id: hold.id, by, closed: true }];
}

function decideFinal(exp: ExperimentState, { part: name, attempt: number }: OrderOf<'final'>, { by, at }: Said): Decision {
  const part = name === null ? findPartWith(exp, number) : findPart(exp, name);
  const attempt = part?.attempts.find((item) => item.number === number);
  if (part === undefined || attempt === undefined)
    return refuse('changed', `There is no attempt ${number}${name === null ? '' : ` of ${name}`}.`);
  if (attempt.measured === null) return refuse('changed', `Attempt ${number} of ${part.name} was not measured.`);
  if (!isPassed(exp, attempt))
    return refuse(
      'changed',
      `Attempt ${number} of ${part.name} did not pass. An approver can overrule its gates, with a reason; nothing else makes it count.`,
    );
  const chosen: RunEvent = { v: 1, at, type: 'loop.chosen', part: part.name, attempt: number, by };
  const closed: RunEvent = {
    v: 1,
    at,
    type: 'loop.part_closed',
    part: part.name,
    as: 'passed',
    reason: `attempt ${number} chosen by ${by}`,
    attempt: number,
  };
  return { events: [chosen, ...answerHold(exp, part, by, at), closed] };
}

/** Attempts are numbered within a part: without its name the current one is meant, or the last that has such an attempt. */
function findPartWith(exp: ExperimentState, number: number): Part | undefined {
  const has = (part: Part): boolean => part.attempts.some((attempt) => attempt.number === number);
  const current = findCurrentPart(exp);
  return current !== undefined && has(current) ? current : exp.parts.findLast(has);
}

function decideWaiver(state: RunState, exp: ExperimentState, { target: name, reason }: OrderOf<'waive'>, { by, at }: Said): Decision {
  const target = exp.project?.meta?.targets.find((item) => item.name === name);
  if (target === undefined)
    return refuse(
      'changed',
      `The meta-model has no target ${name}. It has: ${exp.project?.meta?.targets.map((item) => item.name).join(', ') ?? 'none'}.`,
    );
  if (!target.waivable) return refuse('changed', `The project says that ${name} may not be waived.`);
  if (!listApprovers(exp).includes(by)) return refuse('changed', 'Only an approver of this project can waive a target.');
  if (reason === '') return refuse('changed', 'Waiving a target needs a reason, which is kept.');
  if (findWaiver(exp, name) !== undefined) return refuse('already-settled', `${name} is waived already.`);
  const waived: RunEvent = { v: 1, at, type: 'loop.target_waived', waiver: { target: name, by, reason: redactText(reason), at } };
  const meta = exp.parts.find(({ kind }) => kind === 'meta');
  const after = { ...exp, waivers: [...exp.waivers, { target: name, by, reason, at }] };
  const good = meta?.attempts.findLast((attempt) => isPassed(after, attempt));
  if (meta === undefined || meta.status === 'passed' || good === undefined) return { events: [...reopen(state, by, at), waived] };
  return { events: [...reopen(state, by, at), waived, ...closeByWord(after, meta, good, `target ${name} waived by ${by}`, { by, at })] };
}

function decideOverrule(state: RunState, exp: ExperimentState, order: OrderOf<'overrule'>, { by, at }: Said): Decision {
  const part = findPart(exp, order.part);
  if (part === undefined) return unknownPart(exp, order.part);
  const attempt = part.attempts.findLast((item) => (order.attempt === null ? item.measured !== null : item.number === order.attempt));
  const report = attempt?.measured?.report;
  if (attempt === undefined || report === null || report === undefined || exp.project === null)
    return refuse(
      'changed',
      `${part.name} has no attempt whose gates were measured${part.kind === 'meta' ? '; targets of the meta-model are waived' : ''}.`,
    );
  const override = { by, reason: redactText(order.reason), at: new Date(at).toISOString() };
  const answer = overrule({ report, overrides: attempt.overrides }, override, exp.project.gates, listApprovers(exp));
  if ('refused' in answer) return refuse('changed', `Not overruled: ${answer.refused}.`);
  const overruled: RunEvent = { v: 1, at, type: 'gate.overruled', part: part.name, attempt: attempt.number, override };
  return {
    events: [
      ...reopen(state, by, at),
      overruled,
      ...closeByWord(exp, part, attempt, `attempt ${attempt.number} overruled by ${by}: ${override.reason}`, { by, at }),
    ],
  };
}

function closeByWord(exp: ExperimentState, part: Part, attempt: Attempt, reason: string, { by, at }: Said): RunEvent[] {
  return [
    ...answerHold(exp, part, by, at),
    { v: 1, at, type: 'loop.part_closed', part: part.name, as: 'passed', reason, attempt: attempt.number },
  ];
}

function reopen(state: RunState, by: string, at: number): RunEvent[] {
  return state.verdict === null ? [] : [{ v: 1, at, type: 'run.resumed', by }];
}
