/** The story as a document. Pure. Behind every number stands the id of the moment that it comes from. */
import { formatBytes, formatDuration, formatNumber } from '../run/format.ts';
import type { Lesson, Moment, Series, SettingChange, Story, StoryRun } from './schema.ts';

/** The whole story in Markdown; words of people and programs are text in it, never markup. */
export function renderMarkdown(story: Story): string {
  const byId = new Map(story.moments.map((moment) => [moment.id, moment]));
  const names = new Map(story.people.map(({ id, name }) => [id, name]));
  const lines = [
    `# The story of ${escape(story.project)}`,
    '',
    story.from === null || story.to === null
      ? 'Nothing has happened yet.'
      : `${showDay(story.from)} to ${showDay(story.to)}, times in UTC.`,
    ...section('What was measured', describeSeries(story.series)),
    ...section(
      'What was learned',
      story.lessons.flatMap((lesson) => describeLesson(lesson, byId)),
    ),
    ...section(
      'Runs',
      story.runs.flatMap((run) => describeRun(run, byId)),
    ),
    ...describeDays(story.moments, names),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function describeSeries(all: readonly Series[]): string[] {
  const measured = all.filter((series) => series.of === 'result');
  if (measured.length === 0) return [];
  return [
    '| metric | first | lowest | highest | last |',
    '|---|---|---|---|---|',
    ...measured.map(({ name, unit, points }) => {
      const sorted = points.toSorted((a, b) => a.value - b.value);
      const cells = [points[0], sorted[0], sorted.at(-1), points.at(-1)].map((point) =>
        point === undefined ? '' : `${showValue(point.value, unit)} ${cite(point.moment)}`,
      );
      return `| ${escape(name)} | ${cells.join(' | ')} |`;
    }),
  ];
}

const ENDINGS: Readonly<Record<Lesson['as'], string>> = {
  fixed: 'it worked',
  'same failure': 'it failed in the same way',
  'another failure': 'it failed in another way',
  measured: 'it was measured again',
};

function describeLesson(lesson: Lesson, byId: ReadonlyMap<string, Moment>): string[] {
  const tell = (id: string): string => `${escape(byId.get(id)?.text ?? '')} ${cite(id)}`;
  const did = [...lesson.changes.map(tell), ...lesson.settings.slice(0, 12).map((change) => `${showChange(change)}.`)];
  return [
    `- ${lesson.failure === null ? 'What worked was changed.' : tell(lesson.failure)}`,
    `  - Changed: ${did.length === 0 ? 'nothing; it was tried again.' : did.join(' ')}`,
    `  - Then ${ENDINGS[lesson.as]}: ${tell(lesson.outcome)}`,
    ...lesson.effects.map(
      ({ name, unit, before, after, beforeMoment, afterMoment }) =>
        `  - ${escape(name)}: ${showValue(before, unit)} ${cite(beforeMoment)} → ${showValue(after, unit)} ${cite(afterMoment)}`,
    ),
  ];
}

function showChange({ group, name, before, after }: SettingChange): string {
  const value = (text: string | null): string => (text === null ? 'none' : `“${escape(text)}”`);
  return `${group} ${escape(name)}: ${value(before)} → ${value(after)}`;
}

function describeRun(run: StoryRun, byId: ReadonlyMap<string, Moment>): string[] {
  const { verdict } = run;
  const ending = verdict === null ? 'goes on' : `${escape(byId.get(verdict.moment)?.text ?? verdict.as)} ${cite(verdict.moment)}`;
  const link = run.link === null ? '' : ` ([thread](${encodeURI(run.link)}))`;
  return [
    `- **${escape(run.about)}** \`${run.id}\`, ${showTime(run.began)}: ${ending}${link}`,
    ...run.branches.map(
      ({ of, number, as, because, last }) =>
        `  - ${escape(of)}, try ${number}: ${as}${because === null ? '' : `. ${escape(byId.get(because)?.text ?? '')}`} ${cite(because ?? last)}`,
    ),
  ];
}

function describeDays(moments: readonly Moment[], names: ReadonlyMap<string, string>): string[] {
  const lines: string[] = [];
  let day = '';
  for (const { id, at, kind, by, text, link, run } of moments) {
    if (showDay(at) !== day) {
      day = showDay(at);
      lines.push('', `## ${day}`, '');
    }
    const who = by === null ? '' : ` ${escape(names.get(by) ?? by)}:`;
    const where = link === null ? '' : ` ([message](${encodeURI(link)}))`;
    lines.push(`- ${showClock(at)} *${kind}*${run === null ? '' : ` \`${run}\``}${who} ${escape(text)} ${cite(id)}${where}`);
  }
  return lines;
}

/** A value with its unit, as people read it. */
function showValue(value: number, unit: string): string {
  if (unit === 's') return formatDuration(value);
  if (unit === 'B') return formatBytes(value);
  if (unit === '$') return `$${formatNumber(value)}`;
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

function cite(id: string): string {
  return `[${escape(id)}]`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|~!&]/g, (mark) =>
    mark === '<' ? '&lt;' : mark === '>' ? '&gt;' : mark === '&' ? '&amp;' : `\\${mark}`,
  );
}

const showDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
const showClock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const showTime = (at: number): string => `${showDay(at)} ${showClock(at)}`;
