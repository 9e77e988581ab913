/** What a probe's log says. Pure. */
import { formatCount, formatNumber } from '../run/format.ts';
import { PROBE_MARK } from './probe-script.ts';
import { ProbeItem, type ProbeReport } from './schema.ts';

const MAX_LINE = 4000;

/** What the probe reported, the last word about each target; null where the log holds no report. */
export function readProbe(log: string): ProbeReport | null {
  const items = new Map<string, ProbeItem>();
  for (const line of log.split('\n')) {
    const at = line.length > MAX_LINE ? -1 : line.indexOf(PROBE_MARK);
    if (at < 0) continue;
    const parsed = ProbeItem.safeParse(parseJson(line.slice(at + PROBE_MARK.length)));
    if (parsed.success && items.size < 60) items.set(parsed.data.target, parsed.data);
  }
  return items.size === 0 ? null : { items: [...items.values()] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The models that made a forward pass. */
export function listWorking(report: ProbeReport): ProbeItem[] {
  return report.items.filter((item) => item.kind === 'model' && item.reached === 'forward');
}

/** A probe's result in one line that does not sound like training. */
export function describeProbe(report: ProbeReport): string {
  const models = report.items.filter((item) => item.kind === 'model');
  const [first] = listWorking(report);
  const count = `${String(listWorking(report).length)} of ${formatCount(models.length, 'model')}`;
  const shown =
    first === undefined ? '' : `; ${first.target.slice(first.target.lastIndexOf(':') + 1)}: ${first.input ?? ''} → ${first.output ?? ''}`;
  return `probe only, nothing was trained: imports and one forward pass work for ${count}${shown}`;
}

/** One target's result in words. */
export function showItem(item: ProbeItem): string {
  const size =
    item.parameters === null ? '' : `${item.parameters.toLocaleString('en-US')} parameters${item.dtype === null ? '' : ` (${item.dtype})`}`;
  const time = item.seconds === null ? '' : ` in ${formatNumber(item.seconds)} s`;
  const set = Object.entries(item.arguments).map(([name, value]) => `${name}=${value}`);
  const made = set.length === 0 ? '' : `, made with ${set.slice(0, 6).join(', ')}`;
  switch (item.reached) {
    case 'forward':
      return `forward pass works: ${item.input ?? ''} → ${item.output ?? ''}${time}; ${size}${made}`;
    case 'made':
      return item.kind === 'data'
        ? `can be read: ${item.output ?? ''}`
        : `can be made (${size}${made}), but no forward pass: ${item.why ?? ''}`;
    case 'imported':
      return `is imported, but not made: ${item.why ?? ''}`;
    case 'nothing':
      return `is not imported: ${item.why ?? ''}`;
  }
}
