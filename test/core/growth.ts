const ROUNDS = 3;
const LINEAR = 12;

/**
 * How many times more processor time work takes on eight times the input; 8 is linear, 64 is quadratic. Processor time, because a busy
 * machine makes everything late; the best of a few tries counts; a floor keeps two times too short to compare from being compared.
 */
export function measureGrowth(work: (text: string) => unknown, make: (size: number) => string, size: number): number {
  const [small, large] = [make(size), make(size * 8)];
  work(small);
  let best = Infinity;
  for (let round = 0; round < ROUNDS && best > LINEAR; round += 1) {
    best = Math.min(
      best,
      measureCpuMs(() => work(large)) /
        Math.max(
          measureCpuMs(() => work(small)),
          2,
        ),
    );
  }
  return best;
}

/** Milliseconds of processor time that the work takes. */
export function measureCpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
