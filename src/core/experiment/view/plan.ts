import { formatDuration } from '../../run/format.ts';
import type { Line, Part } from '../../run/slots.ts';
import type { RunState } from '../../run/state.ts';
import { listMade } from '../files.ts';
import type { ExperimentAction, QuotaView } from '../schema.ts';

const SHOWN_FILES = 12;

/** What a question about an experiment allows: what runs where, how often at most, what it costs, and the files by their digests. */
export function describeExperiment(state: RunState, action: ExperimentAction): Part[] {
  const { terms, dataScript, pushes, mostPushes, files } = action;
  const quota = state.experiment?.quota ?? null;
  const lines: Line[] = [
    ...pushes,
    `At most ${mostPushes} pushes as ${terms.account} at Kaggle, private, ${terms.internet ? 'with' : 'without'} internet, each stopped after ${formatDuration(terms.minutes * 60)}.`,
    [{ text: 'Cost: ', style: 'bold' }, { text: describeCost(action, quota) }],
    ...(dataScript === null ? [] : describeScript(dataScript)),
  ];
  const more = files.length - SHOWN_FILES;
  const table = files
    .slice(0, SHOWN_FILES)
    .map(({ path, sha256, bytes }) => `${sha256.slice(0, 12)}  ${String(bytes).padStart(8)}  ${path}`);
  return [
    { kind: 'text', lines: [...lines, ...describeMade(listMade(state, action))] },
    { kind: 'text', lines: ['Exactly these files; anything else is asked about again:'] },
    { kind: 'code', text: [...table, ...(more > 0 ? [`and ${more} more; “Show everything” lists them`] : [])].join('\n') },
  ];
}

function describeMade(paths: readonly string[]): Line[] {
  if (paths.length === 0) return [];
  const what = [
    { text: 'Written by an agent: ', style: 'bold' as const },
    { text: paths.join(', '), style: 'code' as const },
  ];
  return [[...what, { text: '. Its whole text is in the file below; nobody has run it.' }]];
}

function describeCost({ terms, mostPushes }: ExperimentAction, quota: QuotaView | null): string {
  const most = `${formatHours(mostPushes * terms.minutes * 60)} at the very most`;
  if (terms.accelerator === 'none') return `${most}, on CPU machines, which have no weekly quota`;
  const kind = terms.accelerator.toUpperCase();
  if (quota?.leftSeconds === null || quota?.leftSeconds === undefined) return `${most} of ${kind}`;
  return `${most} of ${kind}; ${formatHours(quota.leftSeconds)} of this week’s ${formatHours(quota.totalSeconds ?? 0)} are left. What the week cannot finish waits for the next one.`;
}

function formatHours(seconds: number): string {
  return `${(seconds / 3600).toFixed(1)} h`;
}

function describeScript(script: NonNullable<ExperimentAction['dataScript']>): Line[] {
  const box = script.sandbox
    ? `bubblewrap sandbox, ${script.internet ? 'with' : 'no'} network, can write only to its folder`
    : 'NONE: the script can read and change what the account can';
  return [
    [
      { text: 'Here, for the data: ', style: 'bold' },
      { text: script.command.join(' '), style: 'code' },
    ],
    [{ text: 'Isolation: ', style: 'bold' }, { text: box }],
  ];
}
