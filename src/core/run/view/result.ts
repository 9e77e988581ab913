import { describeUsage } from '../../jobs/usage.ts';
import { describeFull } from '../../sample-run/estimate.ts';
import { showItem } from '../../sample-run/probe-result.ts';
import type { ProbeReport } from '../../sample-run/schema.ts';
import { describeEnd, describeSteps } from '../../sample-run/summary.ts';
import type { SampleResult } from '../events.ts';
import { formatBytes, formatDuration, formatNumber } from '../format.ts';
import { listLessons } from '../lessons.ts';
import type { Line, Part, Slot } from '../slots.ts';
import type { RunState } from '../state.ts';
import { viewCurves } from './curves.ts';
import { nameRun } from './name.ts';
import { viewUse } from './use.ts';

const TRENDS: Readonly<Record<string, string>> = {
  decreasing: 'decreasing',
  flat: 'flat',
  increasing: 'increasing',
  diverging: 'diverging',
  nan: 'NaN',
  'too-few': 'too few points to tell',
};

/** The last word: verdict, proof, and what a full run would take. A run that was resumed keeps its earlier last words. */
export function viewResult(state: RunState): Slot[] {
  if (state.verdict === null) return [];
  const { as, reason } = state.verdict;
  const isProbe = as === 'READY' && state.sample?.result?.probe !== undefined;
  const parts: Part[] = [
    { kind: 'heading', text: `${as}${isProbe ? ' (probe only)' : ''}: ${nameRun(state)} on ${state.request.site}` },
    { kind: 'text', lines: [reason] },
    ...(as === 'READY' ? describeSample(state) : []),
    ...(as === 'CANCELLED' ? [] : [...viewCurves(state, true), ...viewUse(state)]),
    ...describeLessons(state),
    {
      kind: 'quiet',
      lines: [`Record of this run: ${state.id}${state.clone === null ? '' : ` · commit ${state.clone.commit.slice(0, 12)}`}`],
    },
  ];
  const files = as === 'READY' ? [{ path: 'SUMMARY.md', title: 'SUMMARY.md' }] : [];
  const mention = as === 'CANCELLED' ? [] : [state.request.by];
  return [{ name: `result:${state.finishes}`, place: 'reply', mention, summary: `${as}: ${nameRun(state)} – ${reason}`, parts, files }];
}

const MOST_LESSONS = 5;

/** What the lab knows from now on. */
function describeLessons(state: RunState): Part[] {
  const lessons = listLessons(state);
  if (lessons.length === 0) return [];
  const lines = lessons
    .slice(0, MOST_LESSONS)
    .map(({ question, answer }): Line => [{ text: `${question}: ` }, { text: answer, style: 'bold' }]);
  return [
    { kind: 'text', lines: [[{ text: 'Learned here', style: 'bold' }], ...lines] },
    {
      kind: 'quiet',
      lines: ['read off this run by rules; kept in ENV.md and among the notes of the lab (/hpc know), not confirmed by a person'],
    },
  ];
}

function describeSample(state: RunState): Part[] {
  const result = state.sample?.result ?? null;
  if (result === null) return [];
  if (result.probe !== undefined) return describeProbed(result.probe);
  const { progress, fullRun } = result;
  const items = [
    { name: 'Steps done', value: describeSteps(result, state.sample?.plan.expected?.total ?? null) },
    { name: 'Loss', value: progress.loss === null ? 'none' : `${formatNumber(progress.loss.first)} → ${formatNumber(progress.loss.last)}` },
    { name: 'Trend', value: progress.loss === null ? 'none' : (TRENDS[progress.loss.trend] ?? progress.loss.trend) },
    { name: 'Wall time', value: result.wallSeconds === null ? 'unknown' : formatDuration(result.wallSeconds) },
    ...describeUse(result),
    { name: 'Ended', value: describeEnd(result) },
  ];
  const lines: Line[] = [
    ...progress.shapes.slice(0, 4).map((shape) => `line ${shape.line}: ${shape.text}`),
    ...progress.warnings.slice(0, 3).map((warning) => `warning, line ${warning.line}: ${warning.text}`),
  ];
  return [
    { kind: 'fields', items },
    ...(lines.length === 0 ? [] : [{ kind: 'quiet' as const, lines }]),
    { kind: 'text', lines: [[{ text: 'A full run: ', style: 'bold' }, { text: `${describeFull(fullRun)} (${fullRun.basis})` }]] },
    { kind: 'code', text: fullRun.command },
    ...(result.proposal === undefined ? [] : [{ kind: 'text' as const, lines: [result.proposal] }]),
  ];
}

/** Requested against used where the accounting tells, else the measured memory alone. */
function describeUse({ usage, maxRssBytes }: SampleResult): { name: string; value: string }[] {
  if (usage === undefined) return [{ name: 'Memory', value: maxRssBytes === null ? 'not measured' : formatBytes(maxRssBytes) }];
  return describeUsage(usage).filter(({ name }) => name !== 'Time');
}

/** What was imported, made and called; no word of it is about training. */
function describeProbed(probe: ProbeReport): Part[] {
  const lines: Line[] = probe.items.slice(0, 10).map((item) => [{ text: item.target, style: 'code' }, { text: ` ${showItem(item)}` }]);
  return [
    { kind: 'text', lines: ['No training command was found, so nothing was trained. What was tried:'] },
    { kind: 'text', lines },
  ];
}
