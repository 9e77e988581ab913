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

/** numpy's rule for the rank of a matrix that had this many rows. */
function countRank(singular: readonly number[], rows: number, columns: number): number {
  const tolerance = Math.max(...singular) * Math.max(rows, columns) * Number.EPSILON;
  return singular.filter((value) => value > tolerance).length;
}

/** What is left of `column` after its projection on the left singular vectors that count. */
function residualSquare(column: readonly number[], left: Matrix, singular: readonly number[]): number {
  const cutoff = Math.max(...singular) * 1e-15;
  const rest = [...column];
  singular.forEach((value, index) => {
    if (value <= cutoff) return;
    const vector = left.getColumn(index);
    const along = vector.reduce((sum, part, row) => sum + part * (column[row] as number), 0);
    vector.forEach((part, row) => (rest[row] = (rest[row] as number) - along * part));
  });
  return rest.reduce((sum, value) => sum + value * value, 0);
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
    const svd = decompose(matrix, others);
    const named = columns.some((other, at) => at !== index && other[0] !== 0 && isConstant(other));
    const implied = () =>
      countRank(decompose(matrix, without(all, index + 1)).diagonal, rows, others.length + 1) ===
      countRank(svd.diagonal, rows, others.length);
    const aboutMean = named || implied();
    // What is left of a constant about its mean is rounding, and a ratio of roundings says nothing.
    if (aboutMean && isConstant(column)) return Number.NaN;
    const total = aboutMean ? centredSquare(column) : column.reduce((sum, value) => sum + value * value, 0);
    return toFactor(residualSquare(matrix.getColumn(index + 1), svd.leftSingularVectors, svd.diagonal), total);
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
    const svd = decompose(matrix, without(others.length + 2, 0));
    return toFactor(residualSquare(matrix.getColumn(0), svd.leftSingularVectors, svd.diagonal), centredSquare(column));
  });
}
