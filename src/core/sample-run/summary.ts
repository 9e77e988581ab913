import { cell } from '../repo-map/render/render-text.ts';
import type { SampleResult } from '../run/events.ts';
import { formatBytes, formatCount, formatDuration, formatNumber } from '../run/format.ts';
import { showText } from '../show-text.ts';
import { describeFull } from './estimate.ts';
import { showItem } from './probe-result.ts';
import type { ProbeReport, SamplePlan } from './schema.ts';

const THINNED = 25;

/** SUMMARY.md: the sample run in numbers, each from the log or the scheduler. */
export function renderSummary(input: {
  name: string;
  site: string;
  commit: string;
  plan: SamplePlan;
  result: SampleResult;
  verdict: string;
}): string {
  const { plan, result } = input;
  if (result.probe !== undefined) return renderProbe(input, result.probe);
  const { progress, fullRun } = result;
  const loss = progress.loss;
  const rows = [
    ['Verdict', input.verdict],
    ['Command', `\`${cell(plan.command)}\`${plan.cwd === '' ? '' : ` in \`${cell(plan.cwd)}\``}`],
    ['Steps done', describeSteps(result, plan.expected?.total ?? null)],
    ['Loss', loss === null ? 'none printed' : `${loss.name}: ${formatNumber(loss.first)} → ${formatNumber(loss.last)} (${loss.trend})`],
    ['Wall time', result.wallSeconds === null ? 'unknown' : formatDuration(result.wallSeconds)],
    ['Peak memory', result.maxRssBytes === null ? 'not measured' : formatBytes(result.maxRssBytes)],
    ['Ended', describeEnd(result)],
  ];
  const parts = [
    `# Sample run of ${input.name} on ${input.site}`,
    `Commit \`${input.commit}\`.`,
    `| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n')}`,
    plan.bounds.length === 0
      ? null
      : `## What made it short\n\n${plan.bounds.map((bound) => `- \`${bound.argument} ${bound.value}\`: ${bound.why}`).join('\n')}`,
    loss === null
      ? null
      : `## Loss\n\n| step | ${loss.name} | line of the log |\n|---|---|---|\n${thin(loss.points)
          .map((point) => `| ${point.at ?? ''} | ${formatNumber(point.value)} | ${point.line} |`)
          .join('\n')}`,
    listNotes('Shapes and sizes', progress.shapes),
    listNotes('Warnings worth reading', progress.warnings),
    `## A full run\n\n\`\`\`sh\n${fullRun.command}\n\`\`\`\n\n${capitalize(describeFull(fullRun))} (${fullRun.basis}).${fullRun.memoryMb === null ? ' Memory was not measured.' : ''}`,
  ];
  return showText(`${parts.filter((part) => part !== null).join('\n\n')}\n`);
}

/** SUMMARY.md of a probe: a table of what was tried, and no word about training but that there was none. */
function renderProbe(
  input: { name: string; site: string; commit: string; result: SampleResult; verdict: string },
  probe: ProbeReport,
): string {
  const { result } = input;
  const rows = probe.items.map((item) => `| \`${cell(item.target)}\` | ${item.kind} | ${cell(showItem(item))} |`);
  const parts = [
    `# Probe of ${input.name} on ${input.site}`,
    `Commit \`${input.commit}\`. Verdict: ${input.verdict}.`,
    'No training command was found in the repository. Its models were imported and given made-up input once; nothing was trained, and no weights were loaded.',
    `| what | kind | result |\n|---|---|---|\n${rows.join('\n')}`,
    `Wall time: ${result.wallSeconds === null ? 'unknown' : formatDuration(result.wallSeconds)}. Peak memory: ${result.maxRssBytes === null ? 'not measured' : formatBytes(result.maxRssBytes)}.`,
  ];
  return showText(`${parts.join('\n\n')}\n`);
}

/** How the program came to its end. */
export function describeEnd({
  stoppedByClock,
  cutShort,
  exitCode,
}: Pick<SampleResult, 'stoppedByClock' | 'cutShort' | 'exitCode'>): string {
  if (cutShort !== undefined) return `by its time limit, ${describeCutShort(cutShort)}`;
  return stoppedByClock ? 'by the clock, as planned' : `exit ${exitCode ?? '?'}`;
}

/** `after 60 of 100 steps`. */
export function describeCutShort({ done, total, unit }: NonNullable<SampleResult['cutShort']>): string {
  return `after ${formatNumber(done)} of ${formatCount(total, unit)}`;
}

/** Steps as the log proves them; a program that prints every tenth step ends without naming its last. */
export function describeSteps(result: Pick<SampleResult, 'stepsDone' | 'exitCode'>, planned: number | null): string {
  if (result.stepsDone === null) return 'not counted in the log';
  if (planned === null || result.stepsDone >= planned) return String(result.stepsDone);
  return `${result.stepsDone} seen in the log, ${planned} asked for`;
}

function listNotes(title: string, notes: readonly { line: number; text: string }[]): string | null {
  return notes.length === 0
    ? null
    : `## ${title}\n\n${notes
        .slice(0, 12)
        .map((note) => `- line ${note.line}: ${note.text}`)
        .join('\n')}`;
}

function thin<T>(points: readonly T[]): readonly T[] {
  if (points.length <= THINNED) return points;
  const step = (points.length - 1) / (THINNED - 1);
  return Array.from({ length: THINNED }, (_, index) => points[Math.round(index * step)]).filter((point) => point !== undefined);
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
