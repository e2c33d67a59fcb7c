/** What the program of a host prints: each name with all that was said of it, in its order. */
export type HostLines = ReadonlyMap<string, readonly string[]>;

/** Takes lines such as `sha256=1f2e` apart; what is no such line is left out. */
export function linesOf(text: string): HostLines {
  const lines = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const end = line.indexOf("=");
    if (end < 1) continue;
    const name = line.slice(0, end);
    lines.set(name, [...(lines.get(name) ?? []), line.slice(end + 1).trim()]);
  }
  return lines;
}

/** The first value of a name; undefined if there is none, or an empty one. */
export const valueOf = (lines: HostLines, name: string): string | undefined => {
  const [value = ""] = lines.get(name) ?? [];
  return value === "" ? undefined : value;
};
