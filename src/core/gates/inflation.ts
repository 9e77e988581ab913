import { Matrix, QrDecomposition, SingularValueDecomposition } from 'ml-matrix';

/** Columns as a matrix with the same lengths and angles and as few rows as possible. */
function shrink(columns: readonly (readonly number[])[]): Matrix {
  const matrix = new Matrix(columns.map((column) => [...column])).transpose();
  return matrix.rows > matrix.columns ? new QrDecomposition(matrix).upperTriangularMatrix : matrix;
}

function without(count: number, ...dropped: number[]): number[] {
  return Array.from({ length: count }, (_, index) => index).filter((index) => !dropped.includes(index));
}

function decompose(matrix: Matrix, columns: readonly number[]) {
  return new SingularValueDecomposition(matrix.subMatrixColumn([...columns]), { autoTranspose: true });
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, row) => sum + value * (right[row] as number), 0);
}

// What is left of a column that others say in full is rounding, a few units in the 16th digit.
const DEPENDENT = 1e-12;

/**
 * As many of the columns as are needed to say what all of them say. Copies and sums of other columns would come back as singular values that
 * are rounding alone, some of them above statsmodels' cutoff, each with a direction made of noise.
 */
function dropDependent(matrix: Matrix, columns: readonly number[]): number[] {
  const basis: number[][] = [];
  return columns.filter((index) => {
    const column = matrix.getColumn(index);
    const length = Math.sqrt(dot(column, column));
    if (length === 0) return false;
    let rest = column.map((value) => value / length);
    // Twice is enough (Parlett): the second pass takes what rounding left of the first.
    for (const direction of [...basis, ...basis]) {
      const along = dot(direction, rest);
      rest = rest.map((value, row) => value - along * (direction[row] as number));
    }
    const left = Math.sqrt(dot(rest, rest));
    if (left < DEPENDENT) return false;
    basis.push(rest.map((value) => value / left));
    return true;
  });
}

/** numpy's rule for the rank of a matrix that had this many rows. */
function countRank(singular: readonly number[], rows: number, columns: number): number {
  const tolerance = Math.max(...singular) * Math.max(rows, columns) * Number.EPSILON;
  return singular.filter((value) => value > tolerance).length;
}

/** The squared length of what a column has that the others do not say, singular values cut off as statsmodels' pseudo-inverse does. */
function residualSquare(matrix: Matrix, target: number, others: readonly number[]): number {
  const column = matrix.getColumn(target);
  const kept = dropDependent(matrix, others);
  if (kept.length === 0) return dot(column, column);
  const { diagonal, leftSingularVectors } = decompose(matrix, kept);
  const cutoff = Math.max(...diagonal) * 1e-15;
  let rest = column;
  diagonal.forEach((value, index) => {
    if (value <= cutoff) return;
    const direction = leftSingularVectors.getColumn(index);
    const along = dot(direction, column);
    rest = rest.map((part, row) => part - along * (direction[row] as number));
  });
  return dot(rest, rest);
}

function centredSquare(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function toFactor(residual: number, total: number): number {
  // Written as statsmodels does: a fit that is exact up to rounding gives R² = 1 and the factor Infinity.
  return 1 / (1 - (1 - residual / total));
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/**
 * Variance inflation factor of each column against all the others, as statsmodels' `variance_inflation_factor` on the bare matrix: R² is
 * about the mean only where the other columns hold or imply a constant, and about zero otherwise. Infinity where the others say it all; NaN for a
 * column of zeros, for a second constant, and where there is nothing to regress on.
 */
export function measureInflation(columns: readonly (readonly number[])[]): number[] {
  const rows = columns[0]?.length ?? 0;
  if (columns.length < 2 || rows === 0) return columns.map(() => Number.NaN);
  const ones = columns[0]?.map(() => 1) ?? [];
  const matrix = shrink([ones, ...columns]);
  const all = columns.length + 1;
  return columns.map((column, index) => {
    const others = without(all, 0, index + 1);
    const named = columns.some((other, at) => at !== index && other[0] !== 0 && isConstant(other));
    const implied = () =>
      countRank(decompose(matrix, without(all, index + 1)).diagonal, rows, others.length + 1) ===
      countRank(decompose(matrix, others).diagonal, rows, others.length);
    const aboutMean = named || implied();
    // What is left of a constant about its mean is rounding, and a ratio of roundings says nothing.
    if (aboutMean && isConstant(column)) return Number.NaN;
    const total = aboutMean ? centredSquare(column) : dot(column, column);
    return toFactor(residualSquare(matrix, index + 1, others), total);
  });
}

/** The same with an intercept added: each column against the others and a constant. A constant column has no variance to inflate: NaN. */
export function measureInflationWithIntercept(columns: readonly (readonly number[])[]): number[] {
  const ones = columns[0]?.map(() => 1);
  if (ones === undefined || ones.length === 0) return columns.map(() => Number.NaN);
  return columns.map((column, index) => {
    if (isConstant(column)) return Number.NaN;
    const others = without(columns.length, index).map((at) => columns[at] ?? []);
    const matrix = shrink([column, ones, ...others]);
    return toFactor(residualSquare(matrix, 0, without(others.length + 2, 0)), centredSquare(column));
  });
}
