import { startNormals } from './random-state.ts';

const NEIGHBOURS = 3;
const SEED = 42;
const EULER = 0.5772156649015329;

/** Digamma at 1 … n; at whole numbers it is a harmonic number less Euler's constant. */
function listDigamma(n: number): Float64Array {
  const values = new Float64Array(n + 1);
  values[1] = -EULER;
  for (let i = 2; i <= n; i++) values[i] = (values[i - 1] as number) + 1 / (i - 1);
  return values;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Divided by the standard deviation and not centred; what hardly moves stays as it is. */
function scale(values: readonly number[], smallest: number): Float64Array {
  const mean = meanOf(values);
  const deviation = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
  const divisor = deviation < smallest || deviation === 0 ? 1 : deviation;
  return Float64Array.from(values, (value) => value / divisor);
}

function noiseSize(values: Float64Array): number {
  return 1e-10 * Math.max(1, meanOf(values.map(Math.abs)));
}

const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);
/** The next double towards zero of a number that is not negative. */
function stepTowardsZero(value: number): number {
  if (value === 0) return 0;
  double[0] = value;
  bits[0] = (bits[0] as bigint) - 1n;
  return double[0];
}

function sortedOrder(values: Float64Array): Uint32Array {
  return Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
}

/** How many values lie within the radius of the one at `center` of the sorted list, itself included. */
function countWithin(sorted: Float64Array, center: number, radius: number): number {
  const value = sorted[center] as number;
  let [low, high] = [0, center];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value - (sorted[middle] as number) <= radius) high = middle;
    else low = middle + 1;
  }
  const first = low;
  [low, high] = [center, sorted.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] as number) - value <= radius) low = middle;
    else high = middle - 1;
  }
  return low - first + 1;
}

/** Chebyshev distance of each point (in the order of the sorted x) to its third neighbour: walks outwards in x until x alone is too far. */
function findRadii(x: Float64Array, y: Float64Array): Float64Array {
  const n = x.length;
  const radii = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let [first, second, third] = [Infinity, Infinity, Infinity];
    const [xi, yi] = [x[i] as number, y[i] as number];
    let [left, right] = [i - 1, i + 1];
    for (;;) {
      const toLeft = left >= 0 ? xi - (x[left] as number) : Infinity;
      const toRight = right < n ? (x[right] as number) - xi : Infinity;
      const goLeft = toLeft <= toRight;
      const step = goLeft ? toLeft : toRight;
      if (step >= third) break;
      const at = goLeft ? left-- : right++;
      const distance = Math.max(step, Math.abs((y[at] as number) - yi));
      if (distance < first) [first, second, third] = [distance, first, second];
      else if (distance < second) [second, third] = [distance, second];
      else if (distance < third) third = distance;
    }
    radii[i] = stepTowardsZero(third);
  }
  return radii;
}

/** The rank of each point's y among all y, for points in the order of x. */
function placesInOrder(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((index, place) => (places[index] = place));
  return places;
}

function estimatePair(x: Float64Array, y: Float64Array, digamma: Float64Array): number {
  const n = x.length;
  const order = sortedOrder(x);
  const sortedX = Float64Array.from(order, (index) => x[index] as number);
  const ofX = Float64Array.from(order, (index) => y[index] as number);
  const radii = findRadii(sortedX, ofX);
  const yOrder = sortedOrder(ofX);
  const sortedY = Float64Array.from(yOrder, (index) => ofX[index] as number);
  const yPlace = placesInOrder(yOrder);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const radius = radii[i] as number;
    sum += digamma[countWithin(sortedX, i, radius)] as number;
    sum += digamma[countWithin(sortedY, yPlace[i] as number, radius)] as number;
  }
  return Math.max(0, (digamma[n] as number) + (digamma[NEIGHBOURS] as number) - sum / n);
}

/**
 * Mutual information in nats of each column with the target by the k-nearest-neighbour estimator of Kraskov, Stögbauer and Grassberger
 * (2004), with the scaling and the seeded noise of scikit-learn 1.2's `mutual_info_regression(random_state=42, n_neighbors=3)`.
 * Columns and target hold no NaN; with three rows or fewer there is no third neighbour and the answer is NaN.
 */
export function measureMutualInformation(columns: readonly (readonly number[])[], target: readonly number[]): number[] {
  const n = target.length;
  if (n <= NEIGHBOURS) return columns.map(() => Number.NaN);
  const normal = startNormals(SEED);
  const scaled = columns.map((column) => scale(column, 10 * Number.EPSILON));
  const sizes = scaled.map(noiseSize);
  // The noise is drawn row by row over all columns, so a column's value depends on who stands beside it.
  for (let row = 0; row < n; row++) {
    scaled.forEach((column, index) => (column[row] = (column[row] as number) + (sizes[index] as number) * normal()));
  }
  const y = scale(target, 0);
  const ySize = noiseSize(y);
  for (let row = 0; row < n; row++) y[row] = (y[row] as number) + ySize * normal();
  const digamma = listDigamma(n + 1);
  return scaled.map((column) => estimatePair(column, y, digamma));
}
