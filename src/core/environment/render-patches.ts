/** PATCHES.md. */
import { cell } from '../repo-map/render/render-text.ts';
import { showText } from '../show-text.ts';
import type { Patch, PatchPlan } from './patches.ts';

/** What a person reads about the places that are tied to a machine: what is changed, what is asked, what is proposed, what is left. */
export function renderPatches(plan: PatchPlan): string {
  const parts = [
    '# Patches',
    plan.patches.length + plan.proposed.length === 0
      ? 'No place was found that can be changed mechanically.'
      : "Changes are made in the run's own copy of the repository and nowhere else, and only after a person has approved exactly this diff.",
    ...(plan.patches.length === 0
      ? []
      : ['## Made when the sample starts', renderTable(plan.patches), ...renderValues(plan), renderFence(plan.diff)]),
    ...(plan.questions.length === 0 ? [] : ['## To be answered first', renderList(plan.questions)]),
    ...(plan.proposed.length === 0
      ? []
      : ['## Proposed', 'Not made: this run does not need them, or not yet.', renderTable(plan.proposed), renderFence(plan.proposedDiff)]),
    ...(plan.left.length === 0 ? [] : ['## Seen and left alone', renderList(plan.left.map(describeLeft))]),
  ];
  return showText(`${parts.join('\n\n')}\n`);
}

const MAX_PLACES = 30;

/** The same as lines for ENV.md: what is asked first, then what happens to each place. */
export function listPlaces(plan: PatchPlan): string[] {
  const lines = [
    ...plan.questions,
    ...plan.patches.map((item) => `${renderPlace(item)} is changed in the run's copy, once a person has approved the diff: ${item.why}.`),
    ...plan.proposed.map((item) => `${renderPlace(item)} could be changed: ${item.why}.`),
    ...plan.left.map((item) => `${renderPlace(item)} is left alone: ${item.why}.`),
  ];
  const more = lines.length - MAX_PLACES;
  return more > 0 ? [...lines.slice(0, MAX_PLACES), `and ${more} more; PATCHES.md has them all`] : lines;
}

const renderList = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

function describeLeft(item: PatchPlan['left'][number]): string {
  return `${renderPlace(item)} \`${item.text.slice(0, 120).replaceAll('`', "'")}\`: ${item.why}.`;
}

function renderPlace(item: { readonly file: string; readonly line: number }): string {
  return `\`${cell(item.file)}:${item.line}\``;
}

function renderTable(patches: readonly Patch[]): string {
  return ['| Place | Why |', '|---|---|', ...patches.map((item) => `| ${renderPlace(item)} | ${cell(item.why)} |`)].join('\n');
}

function renderValues({ env }: PatchPlan): string[] {
  const rows = Object.entries(env).map(([name, value]) => `\`${name}=${cell(value)}\``);
  return rows.length === 0 ? [] : [`The variables that they ask for: ${rows.join(', ')}.`];
}

/** A fence longer than any run of backticks inside, so that the content cannot end it. */
export function renderFence(diff: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...diff.matchAll(/`{3,100}/g)].map((match) => match[0].length + 1)));
  return `${fence}diff\n${diff}${fence}`;
}
