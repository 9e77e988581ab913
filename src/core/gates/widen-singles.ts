const PRINTED_DIGITS = 10;

/**
 * Prices often live as 32-bit floats and are printed with ten digits: 94.8 becomes 94.80000305, the float behind it is 94.800003051757….
 * Where every number of a column is the print of a 32-bit float, those floats are given back; any other column comes back as it is. The
 * k-nearest-neighbour estimator breaks ties by noise in the tenth digit, so this decides whether its numbers can be repeated to the end.
 */
export function widenSingles(values: readonly number[]): readonly number[] {
  const singles = values.map(Math.fround);
  const isPrint = (value: number, index: number) =>
    !Number.isFinite(value) || Number((singles[index] as number).toPrecision(PRINTED_DIGITS)) === value;
  return values.every(isPrint) ? singles : values;
}
