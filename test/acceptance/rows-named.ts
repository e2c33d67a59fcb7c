/** Requirements and traps that a title names: `S-02`, `B-04`, `T-05`, and every one of `S-15 to S-20`. */
export function rowsNamed(title: string): readonly string[] {
  const single = title.matchAll(/\b([SBT])-(\d+)\b/g);
  const ranges = title.matchAll(/\b([SBT])-(\d+) to \1-(\d+)\b/g);
  return [
    ...new Set([
      ...[...single].map(([, kind = "", number = ""]) => rowOf(kind, Number(number))),
      ...[...ranges].flatMap(([, kind = "", first, last]) =>
        rowsOf(kind, Number(first), Number(last)),
      ),
    ]),
  ];
}

/** Every row from the first number to the last one: `rowsOf("S", 4, 6)` gives S-04, S-05 and S-06. */
export const rowsOf = (kind: string, first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => rowOf(kind, first + index));

const rowOf = (kind: string, number: number): string =>
  `${kind}-${String(number).padStart(2, "0")}`;
