import type { AgentSession, Call, FactOf } from './schema.ts';

/** Prompt tokens from which the older part of a conversation is replaced by a summary. */
const TOO_LONG = 60_000;
/** Newest turns that stay as they are. */
const KEEP = 6;
const LINE = 300;

/**
 * The summary that stands for the older part of a long conversation, or null while it is short enough. Written by rules, so that it costs
 * nothing and loses no decision: what was asked and answered, noted, proposed, changed, and which files were seen. A rewritten beginning
 * cannot be read from the cache, so this happens seldom and takes much away at once.
 */
export function planCompaction(session: AgentSession, tooLong = TOO_LONG): FactOf<'compacted'> | null {
  const prompt = session.turns.at(-1)?.prompt ?? 0;
  const before = session.turns.length - KEEP;
  if (prompt < tooLong || before <= (session.compacted?.before ?? 0)) return null;
  return { kind: 'compacted', before, summary: summarize(session, before) };
}

function summarize(session: AgentSession, before: number): string {
  const calls = session.calls.filter((call) => call.turn < before);
  const heard = session.heard.slice(0, session.turns[before - 1]?.heard ?? 0);
  const sections = [
    section('Decided and noted', calls.filter((call) => call.name === 'note').map(describeNote)),
    section('Said by people', [
      ...heard.map((item) => `${item.by}: ${cut(item.text)}`),
      ...calls
        .filter((call) => call.name === 'ask-person')
        .map((call) => `asked: ${describeInput(call)} – answer: ${describeResult(call)}`),
    ]),
    section('Files and logs seen (read again what you need)', [...new Set(calls.filter(isReading).map(describeReading))]),
    section('Other tools used', calls.filter((call) => !isReading(call) && !QUOTED.has(call.name)).map(describeUse)),
  ].filter((text) => text !== '');
  return ['The conversation before this point was left out to save its cost. What matters of it:', ...sections].join('\n\n');
}

const QUOTED = new Set(['note', 'ask-person']);
const READING = new Set(['read', 'list', 'grep', 'read-log', 'document', 'job-status', 'classify']);

function isReading(call: Call): boolean {
  return READING.has(call.name);
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

function describeNote(call: Call): string {
  const { text } = call.input;
  return cut(typeof text === 'string' ? text : describeInput(call));
}

function describeReading(call: Call): string {
  return `${call.name} ${describeInput(call)}: ${describeResult(call)}`;
}

function describeUse(call: Call): string {
  return `${call.name} ${describeInput(call)} → ${call.result?.failed === true ? 'failed: ' : ''}${describeResult(call)}`;
}

function describeInput(call: Call): string {
  return cut(
    Object.entries(call.input)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' '),
  );
}

/** Its first line that says something. */
function describeResult(call: Call): string {
  const line = (call.result?.text ?? '').split('\n').find((text) => text.trim() !== '');
  return cut(line ?? '(nothing)');
}

function cut(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length <= LINE ? flat : `${flat.slice(0, LINE - 1)}…`;
}
