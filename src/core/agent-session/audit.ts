/** Holds what the agent reports against what it did and what the run knows. Pure; it marks, and never takes a word away. */
import { findClaims, type Claim } from './claims.ts';
import type { AgentSession, Call, FactOf } from './schema.ts';

/** What follows a claim that nothing shows. */
export const UNCONFIRMED = '(not confirmed)';

/** What is known of a run without any word of the agent. */
export interface RunEvidence {
  /** Documents made by rules, failures, what people wrote. */
  readonly texts: readonly string[];
  readonly jobs: readonly string[];
  /** Values of a metric over time, by the name in the log. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Whether the newest job ended well. */
  readonly succeeded: boolean;
}

/** Tools that answer with the agent's own words, or with what an agent once wrote down. */
const OWN_WORDS = new Set(['note', 'learn', 'look-up', 'remember', 'propose-fix', 'edit', 'submit-job', 'give-up']);
const LOOKING = new Set(['read', 'list', 'grep', 'read-log', 'document', 'map', 'deps', 'job-status', 'classify', 'run']);
/** A command that prints what it was given proves nothing of it. */
const PRINTS_ITSELF = /\b(?:echo|printf|print|cat\s*<<|tee)\b|\s-c\b/;
const TESTING = /\b(?:pytest|unittest|tox|nox|nosetests|ctest|tests?)\b/;
const ENDED_WELL = /\[exit code 0\]\s*(?:<\/data>\s*)?$/;
export const FALLING = /\b(?:fell|falls?|dropped|drops?|decreased|decreases?|down|sank|shrank|lower(?:ed)?|reduced)\b/i;
export const RISING = /\b(?:rose|rises?|increased|increases?|up|grew|grows?|climbed|higher|raised)\b/i;
export const NUMBERS = /(?<![\w.])\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,17})?(?:e[+-]?\d{1,3})?/g;

/** The fact that ends a session with every claim marked that neither its calls nor the run can confirm. */
export function auditEnd(fact: FactOf<'ended'>, session: AgentSession, run: RunEvidence): FactOf<'ended'> {
  // What stops a session from outside says so in our words.
  if (fact.as === 'stopped') return fact;
  const { proposal } = fact;
  const evidence = new Evidence(session, run, proposal === null ? '' : JSON.stringify(proposal.change));
  return {
    ...fact,
    report: markClaims(fact.report, evidence),
    proposal: proposal === null ? null : { ...proposal, reasoning: markClaims(proposal.reasoning, evidence) },
  };
}

function markClaims(text: string, evidence: Evidence): string {
  let marked = '';
  let from = 0;
  for (const claim of findClaims(text)) {
    if (evidence.confirms(claim)) continue;
    // The mark stands behind what closes a quotation, not within it.
    const closing = /^[\s]?%|^[`"'”’)\]]{0,3}/.exec(text.slice(claim.end, claim.end + 3))?.[0].length ?? 0;
    const end = claim.end + closing;
    if (text.startsWith(` ${UNCONFIRMED}`, end)) continue;
    marked += `${text.slice(from, end)} ${UNCONFIRMED}`;
    from = end;
  }
  return marked + text.slice(from);
}

interface Seen {
  readonly call: Call | null;
  readonly text: string;
}

class Evidence {
  /** What was read or run, and what the run knows, without the agent's own words. */
  readonly #seen: readonly Seen[];
  readonly #calls: readonly Call[];
  readonly #run: RunEvidence;
  #values: ReadonlySet<number> | null = null;

  constructor(session: AgentSession, run: RunEvidence, change: string) {
    this.#run = run;
    this.#calls = session.calls.filter((call) => call.status === 'done' && !OWN_WORDS.has(call.name));
    const heard = session.heard.map((item): Seen => ({ call: null, text: item.text }));
    const known = [change, ...run.texts].map((text): Seen => ({ call: null, text }));
    this.#seen = [...this.#calls.map((call): Seen => ({ call, text: call.result?.text ?? '' })), ...heard, ...known];
  }

  confirms(claim: Claim): boolean {
    switch (claim.kind) {
      case 'file':
        return this.#showsFile(claim.path, claim.line, claim.denied);
      case 'job':
        return this.#run.jobs.includes(claim.id) || this.#shows(claim.id);
      case 'trend':
        return this.#showsTrend(claim);
      case 'level':
        return this.#listSeries(claim.metric).some((values) => values.some((value) => isSaid(value, claim.value)));
      case 'tests-pass':
        return this.#listRuns().some((command) => TESTING.test(command)) && (claim.count === null || this.#showsNumber(claim.count));
      case 'did': {
        const { command } = claim;
        return this.#listRuns(command !== null).some((done) => command === null || squeeze(done).includes(squeeze(command)));
      }
      case 'looked':
        return this.#calls.some((call) => LOOKING.has(call.name) && call.result?.failed === false);
      case 'works':
        return this.#run.succeeded || this.#listRuns().length > 0;
      case 'number':
        return this.#showsNumber(claim.value);
    }
  }

  /** Commands that were run to a good end. */
  #listRuns(anyOutput = false): string[] {
    return this.#calls.flatMap((call) => {
      const { command } = call.input;
      const ended = call.result?.failed === false && ENDED_WELL.test(call.result.text);
      return call.name === 'run' && typeof command === 'string' && ended && (anyOutput || !PRINTS_ITSELF.test(command)) ? [command] : [];
    });
  }

  #showsFile(path: string, line: number | null, denied: boolean): boolean {
    // That something is not there is shown by having looked for it in vain.
    if (denied && line === null && this.#calls.some((call) => holdsName(JSON.stringify(call.input), path))) return true;
    const opened = this.#calls.filter((call) => call.result?.failed === false && opensFile(call, path));
    if (line === null) return opened.length > 0 || this.#shows(path);
    const at = new RegExp(`^${line}\t`, 'm');
    const quoted = [`${path}:${line}`, `${path}", line ${line}`, `${path}, line ${line}`, `${path} line ${line}`];
    return (
      opened.some((call) => at.test((call.result?.text ?? '').replace(/^<data[^>]{0,80}>\n/, ''))) ||
      quoted.some((words) => this.#shows(words)) ||
      this.#calls.some((call) => call.name === 'map' && citesPlace(call.result?.text ?? '', path, line)) ||
      opened.some((call) => call.name === 'grep' && new RegExp(`^${line}:`, 'm').test(call.result?.text ?? ''))
    );
  }

  /** Whether a text holds these words as a whole; what a call was given does not count as its answer. */
  #shows(words: string): boolean {
    return this.#seen.some(({ call, text }) => {
      if (call !== null && (call.result?.failed === true || givesBack(call, words))) return false;
      return holdsName(text, words);
    });
  }

  #showsNumber(said: string): boolean {
    this.#values ??= new Set(this.#seen.flatMap(({ call, text }) => (call !== null && printsItself(call) ? [] : readNumbers(text))));
    const values = [...this.#values, ...this.#run.series.flatMap((one) => one.values), ...this.#run.jobs.map(Number)];
    return values.some((value) => isSaid(value, said));
  }

  #showsTrend({ metric, verb, from, to }: Extract<Claim, { kind: 'trend' }>): boolean {
    const [first, last] = [toNumber(from), toNumber(to)];
    if ((FALLING.test(verb) && last >= first) || (RISING.test(verb) && last <= first)) return false;
    return this.#listSeries(metric).some((values) => {
      const begin = values.findIndex((value) => isSaid(value, from));
      return begin >= 0 && values.slice(begin + 1).some((value) => isSaid(value, to));
    });
  }

  /** Values of a metric in order: as the run followed them, and as they stand in lines that name it. */
  #listSeries(metric: string): (readonly number[])[] {
    const followed = this.#run.series.filter((one) => one.name.toLowerCase().includes(metric)).map((one) => one.values);
    const read = this.#seen
      .filter(({ call }) => call === null || !printsItself(call))
      .map(({ text }) =>
        text
          .split('\n')
          .filter((line) => line.toLowerCase().includes(metric))
          .flatMap(readNumbers),
      );
    return [...followed, ...read];
  }
}

/** Whether a section of the map names this line of this file. */
function citesPlace(text: string, path: string, line: number): boolean {
  const file = `"file": ${JSON.stringify(path)},`;
  for (let at = text.indexOf(file); at >= 0; at = text.indexOf(file, at + 1)) {
    if (new RegExp(`^\\s{1,40}"line": ${line},`).test(text.slice(at + file.length, at + file.length + 80))) return true;
  }
  return false;
}

function opensFile(call: Call, path: string): boolean {
  const { path: opened, command } = call.input;
  if (typeof opened === 'string' && LOOKING.has(call.name)) return sameFile(opened, path);
  return call.name === 'run' && typeof command === 'string' && !PRINTS_ITSELF.test(command) && holdsName(command, path);
}

function sameFile(opened: string, path: string): boolean {
  const whole = opened.replace(/^\.\//, '');
  return whole === path || whole.endsWith(`/${path}`);
}

/** Whether a call's answer may hold the words only because the call held them. */
function givesBack(call: Call, words: string): boolean {
  return (printsItself(call) || call.name === 'grep') && holdsName(JSON.stringify(call.input).replaceAll('\\"', '"'), words);
}

function printsItself({ name, input }: Call): boolean {
  return name === 'run' && PRINTS_ITSELF.test(typeof input['command'] === 'string' ? input['command'] : '');
}

/** The words as a whole: not within a longer name or number. */
export function holdsName(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + words.length] ?? ' '];
    if (/[^\w.-]/.test(before) && /[^\w]/.test(after)) return true;
  }
  return false;
}

export function readNumbers(text: string): number[] {
  return (text.match(NUMBERS) ?? []).map(toNumber);
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** Whether somebody who says this number means that value: equal when rounded as it was said, also as a share said in per cent. */
export function isSaid(value: number, said: string): boolean {
  const plain = said.replaceAll(',', '');
  const number = Number(plain);
  if (value === number) return true;
  const decimals = /^\d+\.(\d+)$/.exec(plain)?.[1]?.length;
  if (decimals === undefined) return false;
  const within = 0.5 * 10 ** -decimals * (1 + 1e-9);
  return Math.abs(value - number) <= within || Math.abs(value * 100 - number) <= within;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
