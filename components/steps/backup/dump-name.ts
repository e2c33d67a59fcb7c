/** What the name of a dump tells. */
export interface DumpTitle {
  readonly gateway: string;
  readonly stack: string;
  readonly release: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly compression: "zstd" | "gzip";
  readonly format: "custom" | "plain";
}

const suffixes = { zstd: "zst", gzip: "gz" } as const;
const forms = { custom: "dump", plain: "sql" } as const;

/**
 * Names a dump: `smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst`. Names of one gateway and stack sort by age.
 *
 * @param nth 1 for the first dump of that second; a later one gets its number into the name.
 */
export function dumpName(title: DumpTitle, nth = 1): string {
  const stamp = new Date(title.takenAt).toISOString().replace(/\.\d+/, "").replace(/[-:]/g, "");
  const number = nth === 1 ? "" : `.${nth}`;
  return `${title.gateway}-${title.stack}-${stamp.toLowerCase()}-before-${title.release}${number}.${forms[title.format]}.${suffixes[title.compression]}`;
}

/** Tells the compression of a dump by its name; undefined where it is no name of a dump. */
export function compressionOf(path: string): DumpTitle["compression"] | undefined {
  const [, suffix] = /\.(?:dump|sql)\.(zst|gz)$/.exec(path) ?? [];
  if (suffix === undefined) return undefined;
  return suffix === suffixes.zstd ? "zstd" : "gzip";
}
