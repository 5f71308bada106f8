/** Inverse of a symmetric positive definite matrix by Cholesky; null when it is not (numerically) positive definite. */
export function invertPositive(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const at = (row: number, column: number) => matrix[row]?.[column] ?? 0;
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  const cell = (row: number, column: number) => lower[row]?.[column] ?? 0;
  for (let row = 0; row < size; row++) {
    const line = lower[row] ?? new Float64Array(size);
    for (let column = 0; column <= row; column++) {
      let sum = at(row, column);
      for (let k = 0; k < column; k++) sum -= cell(row, k) * cell(column, k);
      if (row !== column) line[column] = sum / cell(column, column);
      else if (sum <= 1e-12 * Math.max(1, Math.abs(at(row, row)))) return null;
      else line[column] = Math.sqrt(sum);
    }
  }
  const inverse = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let unit = 0; unit < size; unit++) {
    const solution = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      let sum = row === unit ? 1 : 0;
      for (let k = 0; k < row; k++) sum -= cell(row, k) * (solution[k] ?? 0);
      solution[row] = sum / cell(row, row);
    }
    for (let row = size - 1; row >= 0; row--) {
      let sum = solution[row] ?? 0;
      for (let k = row + 1; k < size; k++) sum -= cell(k, row) * (solution[k] ?? 0);
      solution[row] = sum / cell(row, row);
      const line = inverse[row];
      if (line !== undefined) line[unit] = solution[row] ?? 0;
    }
  }
  return inverse;
}
