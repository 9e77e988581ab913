/**
 * How many times longer work takes on eight times the input; 8 is linear, 64 is quadratic. The best of a few tries counts, and a
 * floor keeps two times too short to compare from being compared.
 */
export function measureGrowth(work: (text: string) => unknown, make: (size: number) => string, size: number): number {
  const time = (text: string) => {
    let best = Infinity;
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      work(text);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  const [small, large] = [make(size), make(size * 8)];
  work(small);
  return time(large) / Math.max(time(small), 2);
}
