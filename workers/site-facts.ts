import { parseProbe, probeArguments, probeScript } from '../src/core/environment/probe.ts';
import type { SiteFacts } from '../src/core/environment/schema.ts';
import type { RepoMap } from '../src/core/repo-map/schema.ts';
import type { RunState } from '../src/core/run/state.ts';
import type { SiteProfile } from '../src/core/site.ts';
import { ReprobotError } from '../src/errors.ts';
import type { WorkerContext } from './context.ts';

const PROBE_MS = 120_000;

/** One look at a run’s site: interpreters, packages, index, apt. Changes nothing there. */
export async function probeSite(context: WorkerContext, state: RunState, map: RepoMap, signal: AbortSignal): Promise<SiteFacts> {
  const site = profileOf(context, state);
  const host = context.hostOf(site.id);
  const result = await host.script(probeScript(), probeArguments({ site, map }), { timeoutMs: PROBE_MS, signal });
  if (result.code === 0) return parseProbe(result.stdout);
  throw new ReprobotError({
    code: 'host.command-failed',
    doing: `looking at Python on ${site.id}`,
    why: result.timedOut ? 'it took longer than two minutes' : (result.stderr.trim().split('\n').at(-1) ?? `exit code ${result.code}`),
    transient: result.timedOut,
  });
}

export function profileOf(context: WorkerContext, state: RunState): SiteProfile {
  const site = context.sites.get(state.request.site);
  if (site !== undefined) return site;
  throw new ReprobotError({
    code: 'config.invalid',
    doing: `working on ${state.request.site}`,
    why: 'there is no such site any more',
    remedy: 'Put it back into reprobot.yaml.',
  });
}
