import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { FailureClass } from '../../src/core/diagnosis/failure-class.ts';
import { STEMS } from '../../src/core/diagnosis/stem-search.ts';
import { loadPlugins } from '../../src/plugins.ts';

const MEGABYTES = Number(process.argv[2] ?? 1000);
const MB = 1_000_000;
const WHERE = { start: 0.001, middle: 0.5, end: 0.9999 } as const;
const FAILURE = `Traceback (most recent call last):
  File "/work/job/train.py", line 88, in <module>
    main()
ModuleNotFoundError: No module named 'einops'
`;
const out = (line: string): void => void process.stdout.write(`${line}\n`);

// No clock and no chance: the same log each time. It says nothing of progress, which would end the search at once.
function makeBlock(seed: number): string {
  const lines: string[] = [];
  for (let index = 0; index < 8000; index++) {
    const number = (seed * 8000 + index) * 2_654_435_761;
    lines.push(
      `[2030-01-01 00:00:00] INFO mirror: shard ${number % 100_003} flushed to /scratch/job/part-${number % 4099}.arrow, queue depth ${number % 17}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

async function makeLog(path: string, at: number): Promise<number> {
  const stream = createWriteStream(path);
  const goal = MEGABYTES * MB;
  let size = 0;
  let told = false;
  for (let seed = 0; size < goal; seed++) {
    const block = makeBlock(seed % 40);
    const piece: string = !told && size + block.length >= goal * at ? FAILURE + (at > 0.99 ? '' : block) : block;
    told ||= piece !== block;
    size += piece.length;
    if (!stream.write(piece)) await once(stream, 'drain');
    if (told && at > 0.99) break;
  }
  stream.end();
  await finished(stream);
  return size;
}

interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly output: string;
}

// The kernel keeps the high-water mark, and tells it as long as the child lives.
async function readPeak(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function measure(command: string, args: readonly string[]): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  let peakMegabytes = 0;
  child.stdout.on('data', (data: Buffer) => (output = (output + data.toString()).slice(0, 10_000)));
  const timer = setInterval(() => void readPeak(child.pid).then((now) => (peakMegabytes = Math.max(peakMegabytes, now))), 10);
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0 && code !== 1) throw new Error(`running ${command} ${args.slice(0, 3).join(' ')}: it ended with code ${code}`);
  clearInterval(timer);
  return { seconds: (performance.now() - started) / 1000, peakMegabytes, output };
}

/** The patterns that ripgrep's default engine can read: it has neither look-around nor back-references. */
async function listPatterns(): Promise<string[]> {
  const classes = await loadPlugins<FailureClass>(new URL('../../src/failures/', import.meta.url));
  return classes
    .flatMap((one) => one.patterns)
    .filter(({ regex }) => !/\(\?<?[=!]|\\k</.test(regex.source) && regex.source !== '^')
    .map(({ regex }) => (regex.ignoreCase ? '(?i)' : '') + regex.source.replaceAll('(?<', '(?P<').replaceAll('\\/', '/'));
}

async function warm(path: string): Promise<void> {
  await measure('cat', [path]);
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'classify-bench-'));
  try {
    const patterns = join(folder, 'patterns');
    const stems = join(folder, 'stems');
    const names = await listPatterns();
    // A group's name may stand once only in a joint pattern.
    await writeFile(patterns, names.map((one) => one.replaceAll(/\(\?P<\w+>/g, '(?:')).join('\n'));
    await writeFile(stems, STEMS.join('\n'));
    out(`${MEGABYTES} MB a log; ripgrep with the ${names.length} patterns that it can read, and with our ${STEMS.length} words`);
    for (const [where, at] of Object.entries(WHERE)) {
      const log = join(folder, `${where}.log`);
      const megabytes = (await makeLog(log, at)) / MB;
      await warm(log);
      const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
      const show = (name: string, { seconds, peakMegabytes, output }: Run): void =>
        out(
          `${where.padEnd(7)} ${name.padEnd(18)} ${seconds.toFixed(2).padStart(7)} s ${(megabytes / seconds).toFixed(0).padStart(6)} MB/s  peak ${peakMegabytes.toFixed(0).padStart(4)} MB  ${output.split('\n')[0]?.slice(0, 60) ?? ''}`,
        );
      show('classify', await measure(process.execPath, ['--import', 'tsx', main, 'classify', log, '--state', 'FAILED']));
      show('ripgrep, patterns', await measure('rg', ['-n', '-f', patterns, log]));
      show('ripgrep, words', await measure('rg', ['-n', '-i', '-F', '-f', stems, log]));
      await rm(log);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

await main();
