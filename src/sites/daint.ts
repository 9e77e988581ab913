import { defineSite } from '../core/site.ts';
import clariden from './clariden.ts';

export default defineSite({
  ...clariden,
  id: 'daint',
  title: 'Daint (Alps, CSCS)',
  about: 'GH200, whole nodes, ARM everywhere: the general platform of the same machine as Clariden.',
  host: { kind: 'ssh', transport: 'openssh', hostname: 'daint.alps.cscs.ch', auth: 'certificate' },
  sources: ['https://docs.cscs.ch/clusters/daint/', ...clariden.sources.slice(1)],
});
