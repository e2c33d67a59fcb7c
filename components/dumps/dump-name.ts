/** What the name of a dump says. */
export interface DumpTitle {
  readonly gateway: string;
  readonly stack: string;
  readonly release: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly compression: "zstd" | "gzip";
  readonly format: "custom" | "plain";
  /** True if the dump is encrypted with age. @defaultValue false */
  readonly encrypted?: boolean;
}

const suffixes = { zstd: "zst", gzip: "gz" } as const;
const forms = { custom: "dump", plain: "sql" } as const;

/**
 * Names a dump: `smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst`, with `.age` behind it where it is encrypted. Names of one gateway and stack sort by age.
 *
 * @param nth - 1 for the first dump of that second; a later one gets its number into the name.
 */
export function dumpName(title: DumpTitle, nth = 1): string {
  const number = nth === 1 ? "" : `.${nth}`;
  const ending = `${forms[title.format]}.${suffixes[title.compression]}${title.encrypted === true ? ".age" : ""}`;
  return `${dumpPrefix(title)}${stampOf(title.takenAt)}-before-${title.release}${number}.${ending}`;
}

/** What the name of each dump of one gateway and stack begins with; that of a stack with a longer name may, too. */
export const dumpPrefix = ({ gateway, stack }: Pick<DumpTitle, "gateway" | "stack">): string =>
  `${gateway}-${stack}-`;

/** True if a name is that of something of this gateway and stack, and not of a stack whose name is longer. */
export const isNameOf = (prefix: string, name: string): boolean =>
  name.startsWith(prefix) && /^\d{8}t\d{6}z-/.test(name.slice(prefix.length));

/** A moment as names have it, in UTC: `20260102t030405z`. */
export const stampOf = (at: number): string =>
  new Date(at).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "").toLowerCase();

/** Tells the compression of a dump by its name; undefined if it is no name of a dump. */
export function compressionOf(path: string): DumpTitle["compression"] | undefined {
  const [, suffix] = /\.(?:dump|sql)\.(zst|gz)(?:\.age)?$/.exec(path) ?? [];
  if (suffix === undefined) return undefined;
  return suffix === suffixes.zstd ? "zstd" : "gzip";
}
