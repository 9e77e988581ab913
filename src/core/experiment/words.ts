/** Orders to a loop as people write them: after `/hpc loop`, or as a reply in its thread. Pure. */
import type { LoopOrder } from './outputs.ts';

export type ReadOrder = { readonly ok: true; readonly order: LoopOrder } | { readonly ok: false; readonly why: string };

const NUMBER = /^[1-9]\d{0,3}$/;

/** Reads the words after `/hpc loop`, but for start, status and stop. */
export function readOrderWords(verb: string, args: readonly string[]): ReadOrder | null {
  switch (verb) {
    case 'pause':
    case 'resume':
      return { ok: true, order: { order: verb } };
    case 'go-on':
    case 'continue':
      return { ok: true, order: { order: 'go-on' } };
    case 'final':
      return readFinal(args);
    case 'next':
      return { ok: true, order: { order: 'next', part: args[0] ?? null } };
    case 'try': {
      const idea = args.join(' ').trim();
      return idea === ''
        ? { ok: false, why: 'What shall be tried? try "<idea>"' }
        : { ok: true, order: { order: 'try', idea: idea.slice(0, 500) } };
    }
    case 'waive': {
      const [target, ...reason] = args;
      if (target === undefined || reason.length === 0) return { ok: false, why: 'waive <target> <reason>: the reason is kept' };
      return { ok: true, order: { order: 'waive', target, reason: reason.join(' ').slice(0, 1000) } };
    }
    case 'overrule':
      return readOverrule(args);
    default:
      return null;
  }
}

function readFinal(args: readonly string[]): ReadOrder {
  const number = args.find((word) => NUMBER.test(word));
  if (number === undefined) return { ok: false, why: 'Which attempt? final [feature] <attempt>' };
  const part = args.find((word) => word !== number) ?? null;
  return { ok: true, order: { order: 'final', part, attempt: Number(number) } };
}

/** `overrule <feature> [attempt] <reason>` */
function readOverrule(args: readonly string[]): ReadOrder {
  const [part, ...rest] = args;
  const [first] = rest;
  const attempt = first !== undefined && NUMBER.test(first) ? Number(first) : null;
  const reason = (attempt === null ? rest : rest.slice(1)).join(' ').trim();
  if (part === undefined || reason === '') return { ok: false, why: 'overrule <feature> [attempt] <reason>: it says so for ever' };
  return { ok: true, order: { order: 'overrule', part, attempt, reason: reason.slice(0, 1000) } };
}

const NAME = String.raw`([a-z][a-z0-9_-]{1,23})`;
const END = String.raw`[\s.!]{0,5}$`;
const GO_ON = String.raw`(?:[,;]?\s{1,3}(?:and\s)?(?:go on|move on|next|continue))?`;
const REPLIES: readonly (readonly [RegExp, (match: RegExpExecArray) => LoopOrder])[] = [
  [new RegExp(`^(?:pause)(?: (?:it|this|the loop))?${END}`, 'i'), () => ({ order: 'pause' })],
  [new RegExp(`^(?:resume|unpause)(?: (?:it|this|the loop))?${END}`, 'i'), () => ({ order: 'resume' })],
  [new RegExp(`^(?:done|go on|it is done|continue|fixed)(?:[,;]? (?:go on|continue))?${END}`, 'i'), () => ({ order: 'go-on' })],
  [
    new RegExp(`^(?:give up(?: on)?|drop|skip|leave)\\s{1,3}${NAME}${GO_ON}${END}`, 'i'),
    ([, part]) => ({ order: 'next', part: part?.toLowerCase() ?? null }),
  ],
  [new RegExp(`^next(?: feature)?${END}`, 'i'), () => ({ order: 'next', part: null })],
  [
    new RegExp(
      `^(?:make|take|choose)\\s{1,3}(?:${NAME}\\s{1,3})?attempt\\s{1,3}(\\d{1,4})(?: of ${NAME})?(?: the)?(?: as)?(?: final)?(?: one)?${END}`,
      'i',
    ),
    ([, before, number, after]) => ({ order: 'final', part: (before ?? after)?.toLowerCase() ?? null, attempt: Number(number) }),
  ],
  [/^try[:\s]{1,3}["“]?(.{1,500}?)["”]?[\s.!]{0,5}$/is, ([, idea]) => ({ order: 'try', idea: idea ?? '' })],
  [
    new RegExp(`^waive\\s{1,3}${NAME}(?:\\s{1,3}because|[,:;])\\s{1,3}(.{1,1000})$`, 'is'),
    ([, target, reason]) => ({ order: 'waive', target: target?.toLowerCase() ?? '', reason: reason?.trim() ?? '' }),
  ],
  [
    new RegExp(`^overrule\\s{1,3}${NAME}(?:\\s{1,3}(?:attempt\\s{1,3})?(\\d{1,4}))?(?:\\s{1,3}because|[,:;])\\s{1,3}(.{1,1000})$`, 'is'),
    ([, part, number, reason]) => ({
      order: 'overrule',
      part: part?.toLowerCase() ?? null,
      attempt: number === undefined ? null : Number(number),
      reason: reason?.trim() ?? '',
    }),
  ],
];

/** A reply as an order; null for everything that is not plainly one. */
export function readOrderReply(text: string): LoopOrder | null {
  const plain = text
    .slice(0, 2000)
    .replace(/^(?:\s{0,9}<@[A-Z0-9]{1,20}>[,:]?\s{0,9}){1,3}/, '')
    .trim();
  for (const [regex, make] of REPLIES) {
    const match = regex.exec(plain);
    if (match !== null) return make(match);
  }
  return null;
}

/** What nobody but an approver may ask for. */
export function needsApprover({ order }: LoopOrder): boolean {
  return order === 'waive' || order === 'overrule';
}
