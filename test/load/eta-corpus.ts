/** Logs of made-up trainings, the same at each call: shapes of speed (what happens) times formats (how it is printed). */

export interface TimedLine {
  /** Seconds since the job began. */
  readonly at: number;
  readonly text: string;
}

export interface TimedLog {
  readonly name: string;
  readonly lines: readonly TimedLine[];
  /** When the last of the work was done. */
  readonly end: number;
  /** True where the text itself tells time; else only its arrival does. */
  readonly hasClock: boolean;
  /** Share of the work done at a line, for the estimates that ours is compared with. */
  readonly done: readonly { readonly at: number; readonly share: number }[];
}

interface Shape {
  readonly name: string;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly noise: number;
  /** How much of a step's deviation the next one keeps. */
  readonly memory: number;
  readonly startUp: number;
  readonly slowFirst: number;
  readonly validation: number;
  readonly checkpoint: { readonly every: number; readonly seconds: number } | null;
  readonly speed: (share: number) => number;
  readonly restartAt: number | null;
  readonly hiccup: { readonly at: number; readonly seconds: number } | null;
}

type Event =
  | { readonly kind: 'step'; readonly at: number; readonly epoch: number; readonly step: number; readonly took: number }
  | { readonly kind: 'epoch' | 'validating' | 'validated' | 'saved' | 'resumed'; readonly at: number; readonly epoch: number };

const BASE: Shape = {
  name: 'steady',
  epochs: 6,
  steps: 250,
  seconds: 1.2,
  noise: 0.03,
  memory: 0,
  startUp: 40,
  slowFirst: 8,
  validation: 25,
  checkpoint: null,
  speed: () => 1,
  restartAt: null,
  hiccup: null,
};

const SHAPES: readonly Shape[] = [
  BASE,
  { ...BASE, name: 'noisy', noise: 0.35 },
  { ...BASE, name: 'ragged batches', noise: 0.7, validation: 0 },
  { ...BASE, name: 'bursty', noise: 0.25, memory: 0.97 },
  { ...BASE, name: 'slow start', startUp: 300, slowFirst: 120 },
  { ...BASE, name: 'slow validation', validation: 140, epochs: 10, steps: 150 },
  { ...BASE, name: 'checkpoints', checkpoint: { every: 200, seconds: 70 }, validation: 0 },
  { ...BASE, name: 'gets faster', speed: (share) => (share < 0.35 ? 1 : 0.6) },
  { ...BASE, name: 'gets slower', speed: (share) => (share < 0.5 ? 1 : 1.5) },
  { ...BASE, name: 'drifts', speed: (share) => 1 + 0.4 * share },
  { ...BASE, name: 'restarts', restartAt: 0.55, checkpoint: { every: 100, seconds: 10 } },
  { ...BASE, name: 'hiccup', hiccup: { at: 0.4, seconds: 420 } },
  { ...BASE, name: 'many epochs', epochs: 40, steps: 40, validation: 6 },
  { ...BASE, name: 'short', epochs: 3, steps: 20, seconds: 9, validation: 15 },
  { ...BASE, name: 'long epochs', epochs: 5, steps: 200, seconds: 7, validation: 1300, startUp: 900 },
  { ...BASE, name: 'one epoch', epochs: 1, steps: 1400, validation: 0, checkpoint: { every: 300, seconds: 40 } },
];

/** Numbers in [0, 1) that depend on the seed only (mulberry32). */
function seedRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What happens in a run of this shape, in order. */
function simulate(shape: Shape, seed: number): Event[] {
  const random = seedRandom(seed);
  const events: Event[] = [];
  const total = shape.epochs * shape.steps;
  let [at, deviation, saved, warm, restarted, hiccuped] = [shape.startUp, 0, 0, 5, false, false];
  for (let done = 0; done < total; done++) {
    const epoch = Math.floor(done / shape.steps) + 1;
    if (done % shape.steps === 0) events.push({ kind: 'epoch', at, epoch });
    if (shape.restartAt !== null && !restarted && done >= total * shape.restartAt) {
      restarted = true;
      at += 240;
      done = saved;
      warm = 5;
      events.push({ kind: 'resumed', at, epoch: Math.floor(done / shape.steps) + 1 });
    }
    deviation = deviation * shape.memory + drawNormal(random) * shape.noise * Math.sqrt(1 - shape.memory ** 2);
    let took = shape.seconds * shape.speed(done / total) * Math.exp(deviation - shape.noise ** 2 / 2);
    if (warm > 0) took += (shape.slowFirst * warm--) / 15;
    if (shape.hiccup !== null && !hiccuped && done >= total * shape.hiccup.at) {
      hiccuped = true;
      took += shape.hiccup.seconds;
    }
    at += took;
    const step = (done % shape.steps) + 1;
    const now = Math.floor(done / shape.steps) + 1;
    events.push({ kind: 'step', at, epoch: now, step, took });
    if (shape.checkpoint !== null && (done + 1) % shape.checkpoint.every === 0) {
      at += shape.checkpoint.seconds * (0.9 + 0.2 * random());
      saved = done + 1;
      events.push({ kind: 'saved', at, epoch: now });
    }
    if (step < shape.steps) continue;
    if (shape.validation > 0) events.push({ kind: 'validating', at, epoch: now });
    at += shape.validation * (0.9 + 0.2 * random());
    events.push({ kind: 'validated', at, epoch: now });
  }
  return events;
}

type Printer = (event: Event, shape: Shape, memory: Map<string, number>) => string | null;

const pad = (value: number, width = 2) => String(Math.floor(value)).padStart(width, '0');
const clock = (at: number) => new Date(Date.UTC(2031, 4, 6, 22, 50, 0) + at * 1000).toISOString();
const stamp = (at: number) => clock(at).slice(0, 23).replace('T', ' ').replace('.', ',');
const minutes = (seconds: number) =>
  seconds < 3600
    ? `${pad(seconds / 60)}:${pad(seconds % 60)}`
    : `${Math.floor(seconds / 3600)}:${pad((seconds % 3600) / 60)}:${pad(seconds % 60)}`;
const lossAt = (event: Event, shape: Shape) =>
  (1 + 3 / (1 + (event.epoch - 1) * shape.steps + ('step' in event ? event.step : 0))).toFixed(4);

function drawBar(label: string, done: number, total: number, elapsed: number): string {
  const filled = Math.floor((done / total) * 10);
  const rate = done > 0 && elapsed > 0 ? done / elapsed : 0;
  const speed = rate === 0 ? '?it/s' : rate >= 1 ? `${rate.toFixed(2)}it/s` : `${(1 / rate).toFixed(2)}s/it`;
  return `\r${label}${String(Math.floor((done / total) * 100)).padStart(3)}%|${'█'.repeat(filled)}${' '.repeat(10 - filled)}| ${done}/${total} [${minutes(elapsed)}<${rate === 0 ? '?' : minutes((total - done) / rate)}, ${speed}]`;
}

const isPrinted = (event: Event & { kind: 'step' }, every: number) => event.step % every === 0;

const FORMATS: readonly { readonly name: string; readonly hasClock: boolean; readonly print: Printer }[] = [
  {
    name: 'logger',
    hasClock: true,
    print: (event, shape) => {
      if (event.kind === 'step' && isPrinted(event, 10))
        return `${stamp(event.at)} - INFO - Epoch [${event.epoch}/${shape.epochs}], Step [${event.step}/${shape.steps}], Loss: ${lossAt(event, shape)}\n`;
      if (event.kind === 'validated' && shape.validation > 0)
        return `${stamp(event.at)} - INFO - validation loss: ${lossAt(event, shape)}\n`;
      if (event.kind === 'saved') return `${stamp(event.at)} - INFO - saving checkpoint\n`;
      return event.kind === 'resumed' ? `${stamp(event.at)} - INFO - resuming from checkpoint\n` : null;
    },
  },
  {
    name: 'megatron',
    hasClock: true,
    print: (event, shape, memory) => {
      if (event.kind !== 'step') return null;
      const done = (event.epoch - 1) * shape.steps + event.step;
      if (done % 5 !== 0) return null;
      const since = event.at - (memory.get('at') ?? event.at - event.took * 5);
      memory.set('at', event.at);
      return ` iteration ${String(done).padStart(8)}/${String(shape.epochs * shape.steps).padStart(8)} | elapsed time per iteration (ms): ${((since / 5) * 1000).toFixed(1)} | learning rate: 1.0E-04 | lm loss: ${lossAt(event, shape)} | number of nan iterations: 0 |\n`;
    },
  },
  {
    name: 'one bar',
    hasClock: true,
    print: (event, shape, memory) => {
      if (event.kind === 'resumed') memory.set('began', event.at);
      if (event.kind !== 'step') return event.kind === 'resumed' ? '\nresuming from checkpoint\n' : null;
      if (!memory.has('began')) memory.set('began', event.at - event.took);
      const done = (event.epoch - 1) * shape.steps + event.step;
      return drawBar('', done, shape.epochs * shape.steps, event.at - (memory.get('began') ?? 0));
    },
  },
  {
    name: 'bar an epoch',
    hasClock: true,
    print: (event, shape, memory) => {
      if (event.kind === 'validating') {
        memory.set('began', event.at);
        return '\n';
      }
      if (event.kind === 'validated' && shape.validation > 0)
        return `${drawBar('Validation: ', 50, 50, event.at - (memory.get('began') ?? 0))}\n`;
      if (event.kind !== 'step') return event.kind === 'resumed' ? '\nresuming from checkpoint\n' : null;
      if (memory.get('epoch') !== event.epoch || event.step < (memory.get('step') ?? 0)) memory.set('epochBegan', event.at - event.took);
      memory.set('epoch', event.epoch).set('step', event.step);
      return drawBar(`Epoch ${event.epoch}/${shape.epochs}: `, event.step, shape.steps, event.at - (memory.get('epochBegan') ?? 0));
    },
  },
  {
    name: 'keras',
    hasClock: false,
    print: (event, shape) => {
      if (event.kind === 'epoch') return `Epoch ${event.epoch}/${shape.epochs}\n`;
      if (event.kind !== 'step' || !isPrinted(event, 5)) return null;
      return `${event.step}/${shape.steps} ━━━━━━━━━━━━━━━━━━━━ ${Math.round((shape.steps - event.step) * event.took)}s ${Math.round(event.took * 1000)}ms/step - loss: ${lossAt(event, shape)}\n`;
    },
  },
  {
    name: 'plain prints',
    hasClock: false,
    print: (event, shape) => {
      if (event.kind === 'step' && isPrinted(event, 10))
        return `epoch ${event.epoch}/${shape.epochs} step ${event.step}/${shape.steps} loss ${lossAt(event, shape)}\n`;
      return event.kind === 'validated' && shape.validation > 0 ? `val loss ${lossAt(event, shape)}\n` : null;
    },
  },
  {
    name: 'a line an epoch',
    hasClock: true,
    print: (event, shape) =>
      event.kind === 'validated'
        ? `[${stamp(event.at)}] Epoch: ${event.epoch}/${shape.epochs} | Train Loss ${lossAt(event, shape)} | Val Loss ${lossAt(event, shape)}\n`
        : null,
  },
  {
    name: 'counter',
    hasClock: false,
    print: (event, shape) => {
      const done = (event.epoch - 1) * shape.steps + ('step' in event ? event.step : 0);
      return event.kind === 'step' && done % 10 === 0 ? `step ${done}/${shape.epochs * shape.steps}: loss ${lossAt(event, shape)}\n` : null;
    },
  },
];

/** Every shape in every format, with a seed of its own each. */
export function makeCorpus(seed = 1): TimedLog[] {
  return SHAPES.flatMap((shape, row) =>
    FORMATS.flatMap(({ name, hasClock, print }, column) => {
      if (name === 'a line an epoch' && shape.epochs < 5) return [];
      const events = simulate(shape, seed * 10_000 + row * 100 + column);
      const memory = new Map<string, number>();
      const lines: TimedLine[] = [];
      const done: { at: number; share: number }[] = [];
      for (const event of events) {
        const text = print(event, shape, memory);
        if (text !== null) lines.push({ at: event.at, text });
        if (event.kind === 'step')
          done.push({ at: event.at, share: ((event.epoch - 1) * shape.steps + event.step) / (shape.epochs * shape.steps) });
      }
      return [{ name: `${shape.name}, ${name}`, lines, end: lines.at(-1)?.at ?? 0, hasClock, done }];
    }),
  );
}
