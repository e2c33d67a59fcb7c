/** Lines of a table whose columns are as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = rows[0]?.map((_cell, index) => index) ?? [];
  const widths = columns.map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    columns
      .map((index) => (row[index] ?? "").padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)];
}
