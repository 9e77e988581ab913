import { defineSite } from '../core/site.ts';
import clariden from './clariden.ts';

export default defineSite({
  ...clariden,
  id: 'santis',
  title: 'Santis (Alps, CSCS)',
  about: 'GH200, whole nodes, ARM everywhere: the climate and weather platform of the same machine as Clariden.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'santis.alps.cscs.ch', auth: 'certificate' },
  sources: ['https://docs.cscs.ch/clusters/santis/', ...clariden.sources.slice(1)],
});
