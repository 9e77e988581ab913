/**
 * npm run bench:map [-- FOLDER …] – maps repositories beside `ctags -R` and `rg` over the same files, in one run. Without folders it makes
 * five up, of 20 to 5,000 Python files, the same each time. Each is mapped in a process of its own with a warm parser.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mapFolder from '../../workers/threads/map-repository.ts';
import { writeSyntheticRepo } from './synthetic-repo.ts';

const SIZES = [20, 100, 500, 2000, 5000];
const run = promisify(execFile);

interface Mapped {
  readonly seconds: number;
  /** Of the processor, of all threads. */
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly python: number;
  readonly bytes: number;
  readonly entries: number;
}

async function main(words: readonly string[]): Promise<void> {
  if (words[0] === '--map-one') return mapOne(words[1] ?? '', words[2] ?? '');
  const temporary = await mkdtemp(join(tmpdir(), 'reprobot-map-'));
  try {
    const warm = join(temporary, 'warm');
    await writeSyntheticRepo(warm, 20);
    const folders = words.length > 0 ? words : await makeUp(temporary);
    print(`${'repository'.padEnd(28)} python      MB   map s map cpu ctags cpu rg cpu  map/ctags ms cpu/file peak MB`);
    for (const folder of folders)
      print(describe(folder, await measureMap(folder, warm), time('ctags', ['-R', '-f', '/dev/null', folder]), timeRg(folder)));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function makeUp(temporary: string): Promise<string[]> {
  const folders: string[] = [];
  for (const size of SIZES) {
    const folder = join(temporary, `synthetic-${size}`);
    await writeSyntheticRepo(folder, size);
    folders.push(folder);
  }
  return folders;
}

async function measureMap(folder: string, warm: string): Promise<Mapped> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), '--map-one', folder, warm]);
  return JSON.parse(stdout) as Mapped;
}

/** In a process of its own: the peak of its memory is that of one map. */
async function mapOne(folder: string, warm: string): Promise<void> {
  const job = { name: basename(folder), commit: null, committedAt: null, subfolder: '' };
  await mapFolder({ ...job, folder: warm });
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const { map } = await mapFolder({ ...job, folder });
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const { python, bytes } = map.files;
  process.stdout.write(
    JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, megabytes, python, bytes, entries: map.entries.length } satisfies Mapped),
  );
}

/** Processor seconds of the better of two runs, as bash counts them: on a busy machine they say more than a watch. Null without the program. */
function time(program: string, argv: readonly string[]): number | null {
  const timed = 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1';
  const seconds = [0, 1].map(() => {
    const { stderr } = spawnSync('bash', ['-c', `command -v "$1" >/dev/null && { ${timed}; }`, 'bash', program, ...argv], {
      encoding: 'utf8',
    });
    const [user, system] = stderr.trim().split(' ').map(Number);
    return (user ?? Number.NaN) + (system ?? Number.NaN);
  });
  const best = Math.min(...seconds);
  return Number.isNaN(best) ? null : best;
}

const timeRg = (folder: string): number | null => time('rg', ['--no-ignore', '-c', String.raw`^\s*(import|from|def|class)\b`, folder]);

function describe(folder: string, mapped: Mapped, ctags: number | null, rg: number | null): string {
  const show = (value: number | null, digits = 2): string => (value === null ? '–' : value.toFixed(digits));
  return [
    basename(folder).padEnd(28),
    String(mapped.python).padStart(6),
    show(mapped.bytes / 1e6, 1).padStart(7),
    show(mapped.seconds).padStart(7),
    show(mapped.cpuSeconds).padStart(7),
    show(ctags).padStart(8),
    show(rg).padStart(6),
    (ctags === null ? '–' : `${show(mapped.cpuSeconds / ctags, 1)} ×`).padStart(10),
    show((1000 * mapped.cpuSeconds) / Math.max(1, mapped.python), 1).padStart(8),
    show(mapped.megabytes, 0).padStart(8),
  ].join(' ');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main(process.argv.slice(2));
