/** Started by a test as a process of its own: connects, says so, and waits to be killed. */
import type { Sshd } from '../lab/sshd.ts';
import { createTestHost } from './support.ts';

const sshd = JSON.parse(process.argv[2] ?? '{}') as Sshd;
const host = createTestHost('openssh', sshd, { controlFolder: `${sshd.folder}/control` });
await host.connect();
process.stdout.write('connected\n');
setInterval(() => {}, 1000);
