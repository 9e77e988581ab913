import { wrapInSandbox } from '../core/jobs/sandbox.ts';
import type { SiteProfile } from '../core/site.ts';
import { ReprobotError } from '../errors.ts';
import { createHost } from '../hosts/index.ts';
import type { Host } from '../ports.ts';
import { bad, good, warning, type Finding } from './finding.ts';

const QUERY_MS = 40_000;
const LOW_DISK_KB = 5_000_000;

/** Looks at one site as a run would: login, folder and room, Python, and for Slurm the version and the settings that matter. */
export async function checkSite(site: SiteProfile): Promise<Finding[]> {
  const area = `site ${site.id}`;
  if (site.host.kind === 'ssh' && site.host.hostname.endsWith('.invalid')) {
    return [
      warning(area, 'it has no host name; it is only a base for others', `Write an own site with “extends: ${site.id}” in reprobot.yaml.`),
    ];
  }
  const host = createHost(site);
  try {
    const findings = await checkHost(host, site, area);
    return site.backend === 'slurm' ? [...findings, ...(await checkSlurm(host, site, area))] : findings;
  } catch (error) {
    if (!(error instanceof ReprobotError)) throw error;
    if (error.code === 'host.auth-needed')
      return [warning(area, 'a login needs a person', 'Nothing to do: the thread of a run asks for it when it is needed.')];
    return [bad(area, `${error.doing}: ${error.why}`, error.remedy ?? 'Try the same with ssh in a terminal.')];
  } finally {
    await host.close();
  }
}

async function checkHost(host: Host, site: SiteProfile, area: string): Promise<Finding[]> {
  const root = await host.expand(site.workRoot);
  await host.makeFolder(root);
  const disk = await host.exec(['df', '-Pk', root], { timeoutMs: QUERY_MS });
  const free = Number(disk.stdout.trim().split('\n').at(-1)?.split(/\s+/)[3] ?? Number.NaN);
  const findings = [good(area, site.host.kind === 'local' ? 'this machine' : `${site.host.hostname} answers over ${site.host.transport}`)];
  if (site.verified === 'documentation')
    findings.push(good(area, 'its profile is written from documentation and was not tried by us; correct what differs in reprobot.yaml'));
  const room = `${root}, ${Math.round(free / 1e6)} GB free`;
  findings.push(free < LOW_DISK_KB ? warning(area, room, 'Make room, or choose another workRoot.') : good(area, room));
  findings.push(await checkPython(host, site, area));
  if (site.backend === 'local') findings.push(await checkSandbox(host, area));
  return findings;
}

async function checkPython(host: Host, site: SiteProfile, area: string): Promise<Finding> {
  for (const python of site.packages.pythons) {
    const result = await host.exec([python, '-c', 'import sys, venv; print("%d.%d.%d" % sys.version_info[:3])'], { timeoutMs: QUERY_MS });
    if (result.code === 0) return good(area, `${python} is Python ${result.stdout.trim()}`);
  }
  return site.packages.strategy === 'venv'
    ? bad(
        area,
        `none of ${site.packages.pythons.join(', ')} can make a venv`,
        'Install python3-venv, or name another interpreter under packages.pythons.',
      )
    : warning(area, `none of ${site.packages.pythons.join(', ')} runs on the login node`, 'Fine where everything runs in a container.');
}

async function checkSandbox(host: Host, area: string): Promise<Finding> {
  const words = wrapInSandbox(['/bin/sh', '-c', ':'], { network: false, hidden: [], readable: [], writable: [], fixed: [], workdir: '/' });
  const result = await host.exec(words, { timeoutMs: QUERY_MS });
  return result.code === 0
    ? good(area, 'jobs run in a bubblewrap sandbox')
    : warning(area, 'no bubblewrap: jobs can read what this account can read', 'apt-get install bubblewrap (or your system’s package).');
}

async function checkSlurm(host: Host, site: SiteProfile, area: string): Promise<Finding[]> {
  const version = await host.exec(['sinfo', '--version'], { timeoutMs: QUERY_MS });
  if (version.code !== 0) return [bad(area, 'sinfo does not run there', 'Is Slurm on the PATH of a non-interactive login?')];
  const findings = [good(area, version.stdout.trim())];
  const config = await host.exec(['scontrol', 'show', 'config'], { timeoutMs: QUERY_MS });
  const setting = (name: string): string => new RegExp(`^${name}\\s*=\\s*(.*)$`, 'm').exec(config.stdout)?.[1]?.trim() ?? '';
  if (config.code !== 0) return [...findings, bad(area, 'slurmctld does not answer', 'Wait, or ask the cluster’s staff.')];
  const storage = setting('AccountingStorageType');
  findings.push(
    storage.endsWith('none')
      ? warning(area, 'no accounting: endings are read from the job’s own records', '')
      : good(area, `accounting ${storage}`),
  );
  const minJobAge = Number.parseInt(setting('MinJobAge'), 10);
  if (minJobAge > 0 && minJobAge < site.polling.seconds * 2) {
    findings.push(
      warning(
        area,
        `finished jobs leave the queue after ${minJobAge} s`,
        `Poll more often than every ${site.polling.seconds} s, or rely on accounting.`,
      ),
    );
  }
  if (site.slurm?.accountRequired === true && site.slurm.account === undefined) {
    findings.push(
      bad(area, 'this cluster wants an account and none is set', `Set sites: [{id: ${site.id}, slurm: {account: …}}] in reprobot.yaml.`),
    );
  }
  return findings;
}
