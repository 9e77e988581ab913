import { dirname } from 'node:path';
import type { Settings } from '../src/config.ts';
import { parseSandboxFacts, SANDBOX_FACTS_SCRIPT, type SandboxFacts } from '../src/core/jobs/sandbox-facts.ts';
import { chooseReadable, wrapInSandbox } from '../src/core/jobs/sandbox.ts';
import type { SiteProfile } from '../src/core/site.ts';
import type { Host } from '../src/ports.ts';
import type { WorkerContext } from './context.ts';

const PROBE_MS = 30_000;

export interface SandboxProbe extends SandboxFacts {
  /** Bubblewrap works for the account. */
  readonly works: boolean;
  /** It can also cut the network. */
  readonly canCutNetwork: boolean;
  /** What of `wanted` a sandbox would hide and may show. */
  readonly readable: readonly string[];
}

const NO_SANDBOX: SandboxProbe = { works: false, canCutNetwork: false, readable: [], hidden: [], wanted: [] };

/** Tries bubblewrap on the site's machine, and looks where the interpreter lies. Only the machine of a local site has a sandbox of ours. */
export async function probeSandbox(context: WorkerContext, site: SiteProfile, python: string, signal: AbortSignal): Promise<SandboxProbe> {
  return site.backend === 'local' ? probeHost(context, context.hostOf(site.id), python, signal) : NO_SANDBOX;
}

/** The same for the machine of this worker, on which a project’s own script runs. */
export async function probeHere(context: WorkerContext, python: string, signal: AbortSignal): Promise<SandboxProbe> {
  return probeHost(context, context.here, python, signal);
}

async function probeHost(context: WorkerContext, host: Host, python: string, signal: AbortSignal): Promise<SandboxProbe> {
  const canCutNetwork = await tryBubblewrap(host, false, signal);
  const works = canCutNetwork || (await tryBubblewrap(host, true, signal));
  const { stdout } = await host.script(SANDBOX_FACTS_SCRIPT, [python, ...listHidden(context.settings)], { timeoutMs: PROBE_MS, signal });
  const facts = parseSandboxFacts(stdout);
  return { ...facts, works, canCutNetwork, readable: chooseReadable(facts.wanted, facts.hidden) };
}

async function tryBubblewrap(host: Host, network: boolean, signal: AbortSignal): Promise<boolean> {
  const words = wrapInSandbox(['/bin/sh', '-c', ':'], { network, hidden: [], readable: [], writable: [], fixed: [], workdir: '/' });
  const result = await host.script('exec "$@" </dev/null', words, { timeoutMs: PROBE_MS, signal });
  return result.code === 0;
}

/** Folders of the bot's own that nothing of a repository may see: its settings and tokens, its Redis socket, its records. */
export function listHidden({ dataDir, embedded, redisUrl }: Settings): string[] {
  const socket = redisUrl.replace(/^unix:(\/\/)?/, '');
  return [process.cwd(), dataDir, ...(embedded ? [dirname(dataDir)] : []), ...(socket.startsWith('/') ? [dirname(socket)] : [])];
}
