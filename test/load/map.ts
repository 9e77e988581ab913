/**
 * npm run bench:map [-- --checkouts FOLDER …] – maps five made-up repositories of 20 to 5,000 Python files, the same each time, and the given
 * checkouts, beside `ctags -R` and `rg` over the same files. Each is mapped in a process of its own, whose first map is shown apart: after it
 * the code is warm, as a parser that has run before. The rounds of the three programs take turns, so that other load meets them alike; it
 * lengthens processor seconds, too, so that the ratios say more than the seconds.
 */
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mapFolder from '../../workers/threads/map-repository.ts';
import { countParsed } from './count-parsed.ts';
import { writeSyntheticRepo } from './synthetic-repo.ts';

const SIZES = [20, 100, 500, 2000, 5000];
const ROUNDS = 5;

interface Taken {
  readonly wall: number;
  /** Seconds of the processor, of all threads. */
  readonly cpu: number;
}

interface Mapped extends Taken {
  readonly peakMegabytes: number;
}

interface Measured {
  readonly name: string;
  readonly counts: Awaited<ReturnType<typeof countParsed>>;
  readonly first: Mapped;
  readonly map: Mapped;
  readonly ctags: Taken;
  readonly rg: Taken;
}

async function main(checkouts: readonly string[]): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'reprobot-map-'));
  try {
    const warm = join(temporary, 'warm');
    await writeSyntheticRepo(warm, 20);
    print(`load ${showLoad()} when it began`);
    print(describe(HEADS));
    const report = async (folder: string): Promise<Measured> => {
      const row = await measure(folder, warm);
      print(describe(cellsOf(row)));
      return row;
    };
    const madeUp: Measured[] = [];
    for (const size of SIZES) {
      const folder = join(temporary, `made-up-${size}`);
      await writeSyntheticRepo(folder, size);
      madeUp.push(await report(folder));
    }
    const growth = (['first', 'map', 'ctags'] as const).map((program) => `${program} ${fitExponent(madeUp, program).toFixed(2)}`);
    print(`growth of processor seconds with made-up files, as exponents: ${growth.join(', ')}`);
    for (const folder of checkouts) await report(folder);
    print(`load ${showLoad()} when it ended`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function measure(folder: string, warm: string): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ['--mapper', folder], { execArgv: ['--import', 'tsx'] });
  try {
    await ask(child, warm);
    const first = await ask(child, folder);
    const rounds: { map: Mapped; ctags: Taken; rg: Taken }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const map = await ask(child, folder);
      const ctags = time('ctags', ['-R', '-f', '/dev/null', folder]);
      const rg = time('rg', ['--no-ignore', '-c', String.raw`^\s*(import|from|def|class)\b`, folder]);
      rounds.push({ map, ctags, rg });
    }
    const of = (program: 'map' | 'ctags' | 'rg'): Taken => ({
      wall: median(rounds.map((round) => round[program].wall)),
      cpu: median(rounds.map((round) => round[program].cpu)),
    });
    const peakMegabytes = Math.max(...rounds.map((round) => round.map.peakMegabytes));
    return {
      name: basename(folder),
      counts: await countParsed(folder),
      first,
      map: { ...of('map'), peakMegabytes },
      ctags: of('ctags'),
      rg: of('rg'),
    };
  } finally {
    child.disconnect();
  }
}

async function ask(child: ChildProcess, folder: string): Promise<Mapped> {
  child.send(folder);
  const [answer] = (await once(child, 'message')) as [Mapped];
  return answer;
}

/** The process of one repository: maps what it is told to and says what that took. */
function serveMaps(): void {
  process.on('message', (folder: string) => {
    void mapOnce(folder).then((mapped) => process.send?.(mapped));
  });
}

async function mapOnce(folder: string): Promise<Mapped> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await mapFolder({ name: basename(folder), commit: null, committedAt: null, subfolder: '', folder });
  const wall = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1e6, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
}

/** As bash counts it; not a number without the program. */
function time(program: string, argv: readonly string[]): Taken {
  const timed = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>&1';
  const script = `command -v "$1" >/dev/null && { ${timed}; }`;
  const { stderr } = spawnSync('bash', ['-c', script, 'bash', program, ...argv], { encoding: 'utf8' });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return { wall: stderr === '' ? Number.NaN : wall, cpu: user + system };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The slope of log seconds over log files: 1 is linear. Where it starts, a fixed price lowers it. */
function fitExponent(rows: readonly Measured[], program: 'first' | 'map' | 'ctags'): number {
  const points = rows.map((row) => [Math.log(Math.max(1, row.counts.python)), Math.log(row[program].cpu)] as const);
  const mean = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

const HEADS = [
  'repository',
  'python',
  'MB',
  'whole/part',
  'first s/cpu',
  'warm s/cpu',
  'ctags s/cpu',
  'rg s/cpu',
  'first/ctags',
  'warm/ctags',
  'peak MB first/all',
];

/** Of two numbers the first is by the clock and the second processor seconds; ratios are of processor seconds. */
function cellsOf({ name, counts, first, map, ctags, rg }: Measured): string[] {
  const show = (value: number, digits = 2): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');
  const both = (taken: Taken): string => `${show(taken.wall)}/${show(taken.cpu)}`;
  return [
    name,
    String(counts.python),
    show(counts.bytes / 1e6, 1),
    `${counts.whole}/${counts.parts}`,
    both(first),
    both(map),
    both(ctags),
    both(rg),
    show(first.cpu / ctags.cpu, 1),
    show(map.cpu / ctags.cpu, 1),
    `${show(first.peakMegabytes, 0)}/${show(map.peakMegabytes, 0)}`,
  ];
}

function showLoad(): string {
  return `${(loadavg()[0] ?? 0).toFixed(1)} on ${String(availableParallelism())} processors`;
}

function describe(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(Math.max(8, (HEADS[at] ?? '').length + 2)))).join('');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const [word, ...folders] = process.argv.slice(2);
if (word === '--mapper') serveMaps();
else if (word === undefined || word === '--checkouts') await main(folders);
else throw new Error(`unknown word ${word}: npm run bench:map -- --checkouts FOLDER …`);
