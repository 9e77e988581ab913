import { escapeText } from '../blocks.ts';
import { defineCommand } from '../command.ts';

export default defineCommand({
  id: 'sites',
  usage: 'sites',
  summary: 'lists the clusters a run can go to',
  role: 'viewer',
  run: ({ context }) => {
    const lines = [...context.sites.values()].map((site) => {
      const standard = site.id === context.settings.defaultSite ? ' (the default)' : '';
      const gpu = site.gpu.unit === null ? 'no GPU known' : `${site.gpu.perNode} × ${site.gpu.unit} a node`;
      const verified = site.verified === 'used' ? '' : ', from its documentation';
      return `• \`${site.id}\`${standard} – ${escapeText(site.title)}: ${escapeText(site.about)} _${site.backend}, ${site.arch.compute}, ${gpu}${verified}_`;
    });
    return Promise.resolve({ text: lines.join('\n') });
  },
});
