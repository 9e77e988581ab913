const SIZE = 624;
const SHIFT = 397;

/** The untempered words of MT19937 (Matsumoto and Nishimura 1998), seeded with one 32-bit number. */
function seedWords(seed: number): Uint32Array {
  const words = new Uint32Array(SIZE);
  words[0] = seed;
  for (let i = 1; i < SIZE; i++) {
    const before = words[i - 1] as number;
    words[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  return words;
}

function regenerate(words: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const mixed = ((words[i] as number) & 0x80000000) | ((words[(i + 1) % SIZE] as number) & 0x7fffffff);
    words[i] = (words[(i + SHIFT) % SIZE] as number) ^ (mixed >>> 1) ^ ((mixed & 1) === 0 ? 0 : 0x9908b0df);
  }
}

function temper(word: number): number {
  let x = word;
  x ^= x >>> 11;
  x ^= (x << 7) & 0x9d2c5680;
  x ^= (x << 15) & 0xefc60000;
  return (x ^ (x >>> 18)) >>> 0;
}

/**
 * Standard normal numbers exactly as numpy's `RandomState(seed).standard_normal` draws them: MT19937, doubles of 53 bits, the polar
 * method of Marsaglia, whose second value is kept for the next call. Scikit-learn's noise comes from there, so ours must too.
 */
export function startNormals(seed: number): () => number {
  const words = seedWords(seed);
  let at = SIZE;
  let kept: number | null = null;
  const next = () => {
    if (at === SIZE) {
      regenerate(words);
      at = 0;
    }
    at += 1;
    return temper(words[at - 1] as number);
  };
  const nextDouble = () => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    let [first, second, square] = [0, 0, 0];
    do {
      first = 2 * nextDouble() - 1;
      second = 2 * nextDouble() - 1;
      square = first * first + second * second;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    kept = factor * first;
    return factor * second;
  };
}
