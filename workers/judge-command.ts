import { describeEffects } from '../src/core/permissions/effects.ts';
import { judgeCommand } from '../src/core/permissions/judge.ts';
import { readPolicy } from '../src/core/permissions/policy.ts';
import { explainNever, matchesRule, proposeRule, type StandingRule } from '../src/core/permissions/standing-rule.ts';
import type { Effect, Judgement, Verdict } from '../src/core/permissions/verdict.ts';
import type { CommandAction } from '../src/core/run/events.ts';
import type { SiteProfile } from '../src/core/site.ts';
import type { Host } from '../src/ports.ts';
import { createShellParser } from '../src/shell/parser.ts';

export interface JudgedCommand {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** What it may change, cost or reach, for the question. */
  readonly effects: readonly string[];
  /** The kinds of that. */
  readonly kinds: readonly Effect[];
  /** What an answer may cover besides this one time. */
  readonly reach: NonNullable<CommandAction['reach']>;
  /** Whether a standing rule covers it. */
  readonly isCovered: (rule: StandingRule) => boolean;
}

// $1 the run's folder, then paths, perhaps with *. Prints those that lead out of it once links are followed.
const FIND_OUTSIDE = `
root=$(cd -P -- "$1" && pwd -P) || exit 4
shift
IFS=
for pattern in "$@"; do
  for path in $pattern; do
    real=$(readlink -f -- "$path") || continue
    case "$real/" in "$root/"*) ;; *) printf '%s\\n' "$path";; esac
  done
done
`;

/** Judges what the agent wants to run in a run's folder, on the site's machine. What reads through a link that leads out of the folder is not
 *  read unasked, whatever its name says. */
export async function judgeForAgent(site: SiteProfile, host: Host, command: string, folder: string): Promise<JudgedCommand> {
  const { stdout } = await host.exec(['id', '-un']);
  const policy = readPolicy(site, { user: stdout.trim(), runFolder: folder, cwd: folder });
  const parse = await createShellParser();
  const judgement = judgeCommand(command, policy, parse);
  const radius = describeEffects(judgement, policy, site.backend === 'local');
  const effects = listEffects(judgement, radius);
  const { why, ...offer } = proposeRule(command, policy, parse);
  const judged: JudgedCommand = {
    verdict: judgement.verdict,
    reasons: judgement.reasons,
    effects,
    kinds: radius.effects,
    reach: { forRun: explainNever(judgement) === null, offer: offer.rule === null ? null : offer, why: why ?? '' },
    isCovered: (rule) => matchesRule(rule, command, policy, parse),
  };
  if (judgement.verdict !== 'allow') return judged;
  const outside = await findOutside(host, folder, judgement.reads);
  if (outside === null) return { ...judged, reasons: [] };
  const reach = { forRun: true, offer: null, why: 'a rule says nothing about where links lead' };
  return { ...judged, verdict: 'ask', reasons: [outside], effects: [outside], kinds: ['reads elsewhere'], reach };
}

function listEffects(judgement: Judgement, radius: ReturnType<typeof describeEffects>): string[] {
  const back = radius.reversible === 'yes' ? [] : [`it can ${radius.reversible === 'no' ? 'not' : 'perhaps not'} be taken back`];
  const cost = radius.cost === null ? [] : [`it costs ${radius.cost}`];
  return [...judgement.reasons, ...cost, ...back];
}

/** What of the files to be read lies elsewhere, in words; null when all lie in the folder. */
async function findOutside(host: Host, folder: string, reads: readonly string[]): Promise<string | null> {
  const own = reads.filter((path) => path === folder || path.startsWith(`${folder}/`));
  if (own.length < reads.length) return `it reads ${reads.find((path) => !own.includes(path)) ?? 'files'}, outside the run’s folder`;
  if (own.length === 0) return null;
  const found = await host.script(FIND_OUTSIDE, [folder, ...own]);
  const [first] = found.stdout.split('\n');
  if (found.code !== 0) return 'where its files lie could not be found out';
  return first === undefined || first === '' ? null : `it reads ${first}, a link that leads out of the run’s folder`;
}
