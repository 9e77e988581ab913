import type { Policy } from './policy.ts';
import { isSecretName } from './secret-paths.ts';
import type { ParseShell } from './syntax.ts';
import type { Effect, Finding, Verdict } from './verdict.ts';

const MAX_COMMANDS = 600;
const MAX_PART = 120;

/** What is found while one command line is judged. Use an instance once. */
export class Context {
  readonly findings: Finding[] = [];
  /** Files read by name, because they lie in the run's folders. */
  readonly reads = new Set<string>();
  readonly policy: Policy;
  readonly parse: ParseShell;
  private commands = 0;
  private readonly judge: (context: Context, source: string) => void;

  constructor(policy: Policy, parse: ParseShell, judge: (context: Context, source: string) => void) {
    this.policy = policy;
    this.parse = parse;
    this.judge = judge;
  }

  /** Judges a text by itself, as a line of its own; what is found is answered and not kept. */
  judgeApart(source: string): Finding[] {
    const mark = this.findings.length;
    this.judge(this, source);
    return this.findings.splice(mark);
  }

  say(verdict: Verdict, part: string, why: string, effect: Effect | null): void {
    const shown = part.trim().replaceAll(/\s+/g, ' ');
    this.findings.push({ verdict, part: shown.length > MAX_PART ? `${shown.slice(0, MAX_PART)}…` : shown, why, effect });
  }

  /** A here-document or here-string that shows a variable. */
  noteShown(name: string, part: string): void {
    if (isSecretName(name)) this.say('refuse', part, `shows ${name}, which is likely to hold a secret`, 'shows secrets');
  }

  /** Counts a command; false once the line starts more of them than anybody would read. */
  spend(): boolean {
    this.commands += 1;
    if (this.commands === MAX_COMMANDS + 1) this.say('ask', 'the line', 'does more than can be followed', 'is not understood');
    return this.commands <= MAX_COMMANDS;
  }
}
