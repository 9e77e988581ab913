import { NO_FLOW } from './call.ts';
import { Context } from './context.ts';
import type { Policy } from './policy.ts';
import { scanCode } from './scan-code.ts';
import type { ParseShell } from './syntax.ts';
import { compareVerdicts, worse, type Finding, type Judgement, type Verdict } from './verdict.ts';
import { Walker } from './walk.ts';

const MAX_REASONS = 12;
/** Characters that a shell drops, that people cannot see, or that turn what they see around. */
const HIDDEN = new RegExp(
  String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F\u205F-\u2064\u2066-\u206F\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFD\uE000-\uF8FF\p{Cs}]`,
  'gu',
);

/**
 * Judges a command line by a site's policy, part by part; the worst part decides, and what is not understood asks. Pure but for the parser
 * that is handed in; never throws, whatever the line holds.
 */
export function judgeCommand(source: string, policy: Policy, parse: ParseShell): Judgement {
  const context = new Context(policy, parse, judgeSource);
  judgeSource(context, source);
  return summarize(context);
}

function judgeSource(context: Context, source: string): void {
  const plain = source.replaceAll(HIDDEN, '');
  if (plain !== source)
    context.say('ask', 'the line', 'holds characters that cannot be seen or that a shell may read otherwise', 'is not understood');
  const parsed = context.parse(plain);
  if (parsed.script === null) {
    context.say('ask', 'the line', `is not understood: ${parsed.problem}`, 'is not understood');
    scanCode(context, 'the line', plain);
    judgePieces(context, plain);
    return;
  }
  const state = { cwds: [context.policy.cwd], vars: new Map(), functions: new Map(), where: context.policy.where, running: [] };
  new Walker(context).walkScript(parsed.script, state, NO_FLOW);
}

/** What cannot be read as a whole is looked at in pieces, for what is refused. */
function judgePieces(context: Context, source: string): void {
  const pieces = source
    .slice(0, 20_000)
    .split(/\n|;|&&?|\|\|?/)
    .slice(0, 40);
  for (const typed of pieces) {
    // A word in braces is read as a group where a command is expected.
    const piece = [typed, `command ${typed}`].find((text) => context.parse(text).script !== null);
    if (piece === undefined || piece === source) continue;
    for (const finding of context.judgeApart(piece))
      if (finding.verdict === 'refuse') context.say('refuse', finding.part, finding.why, finding.effect);
  }
}

function summarize(context: Context): Judgement {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  let verdict: Verdict = 'allow';
  for (const finding of [...context.findings].sort((a, b) => compareVerdicts(a.verdict, b.verdict))) {
    const reason = `${finding.part}: ${finding.why}`;
    verdict = worse(verdict, finding.verdict);
    if (seen.has(reason)) continue;
    seen.add(reason);
    findings.push(finding);
  }
  const reasons = findings.slice(0, MAX_REASONS).map(({ part, why }) => `${part}: ${why}`);
  if (findings.length > MAX_REASONS) reasons.push(`and ${findings.length - MAX_REASONS} more`);
  if (verdict === 'allow') reasons.push("only looks, and only where the site's policy lets it");
  return { verdict, reasons, findings, reads: [...context.reads] };
}
