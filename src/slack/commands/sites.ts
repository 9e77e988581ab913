import { listSitesInUse } from '../../config.ts';
import type { SiteProfile } from '../../core/site.ts';
import { escapeText } from '../blocks.ts';
import { defineCommand } from '../command.ts';

export default defineCommand({
  id: 'sites',
  usage: 'sites',
  summary: 'lists the clusters a run can go to',
  role: 'viewer',
  run: ({ context }) => {
    const { defaultSite } = context.settings;
    const inUse = new Set(listSitesInUse(context.settings));
    const lines: string[] = [];
    const others: string[] = [];
    for (const site of context.sites.values()) {
      if (inUse.has(site.id)) lines.push(describeSite(site, site.id === defaultSite));
      else others.push(`\`${site.id}\` (${escapeText(site.title)})`);
    }
    if (others.length > 0)
      lines.push(`Profiles that ship and are not set up here (give them your account in reprobot.yaml): ${others.join(', ')}`);
    return Promise.resolve({ text: lines.join('\n') });
  },
});

function describeSite(site: SiteProfile, isDefault: boolean): string {
  const standard = isDefault ? ' (the default)' : '';
  const gpu = site.gpu.unit === null ? 'no GPU known' : `${site.gpu.perNode} × ${site.gpu.unit} a node`;
  const verified = site.verified === 'used' ? '' : ', from its documentation';
  return `• \`${site.id}\`${standard} – ${escapeText(site.title)}: ${escapeText(site.about)} _${site.backend}, ${site.arch.compute}, ${gpu}${verified}_`;
}
