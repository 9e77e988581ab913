/** The point at which a rising function reaches a level, within the brackets, to the last digits. */
function bisect(level: number, low: number, high: number, rise: (x: number) => number): number {
  let [left, right] = [low, high];
  for (let i = 0; i < 200 && left < right; i++) {
    const middle = (left + right) / 2;
    if (middle === left || middle === right) break;
    if (rise(middle) < level) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}

const SIMPSON_STEPS = 2000;

/** Integral by Simpson's rule; the densities here are smooth, so this many steps give twelve digits. */
function integrate(from: number, to: number, density: (x: number) => number): number {
  const width = (to - from) / SIMPSON_STEPS;
  let sum = density(from) + density(to);
  for (let i = 1; i < SIMPSON_STEPS; i++) sum += (i % 2 === 1 ? 4 : 2) * density(from + i * width);
  return (sum * width) / 3;
}

/** The value below which Student's t with so many degrees of freedom falls with this probability (above one half). */
export function studentQuantile(probability: number, degrees: number): number {
  // Over the angle θ = atan(t/√ν) the density is a power of a cosine.
  const power = (angle: number) => Math.cos(angle) ** (degrees - 1);
  const half = integrate(0, Math.PI / 2, power);
  const angle = bisect((2 * probability - 1) * half, 0, Math.PI / 2, (to) => integrate(0, to, power));
  return Math.tan(angle) * Math.sqrt(degrees);
}

function normalCdf(x: number): number {
  return 0.5 + integrate(0, x, (z) => Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The value below which a standard normal number falls with this probability. */
export function normalQuantile(probability: number): number {
  return bisect(probability, -12, 12, normalCdf);
}
