/** Longest name of a database in bytes. Source: PostgreSQL 15, limits (identifier length, NAMEDATALEN). */
const longest = 63;

/** Name of the database into which a dump is restored before it takes the live one's place: `smoltbot_restoring_1f2e3d4c`. */
export const restoringName = (live: string, sha256: string): string =>
  besides(live, `_restoring_${sha256.slice(0, 8)}`);

/** Whether a database is one that {@link restoringName} has named for this live one, whatever the dump. */
export const isRestoring = (live: string, name: string): boolean =>
  /_restoring_[0-9a-f]{8}$/.test(name) && restoringName(live, name.slice(-8)) === name;

/**
 * Name under which the database that was live is kept: `smoltbot_before_1.2.0_20260102030405`.
 *
 * @param at - milliseconds since the epoch.
 */
export function keptName(live: string, release: string, at: number): string {
  const stamp = new Date(at).toISOString().replace(/\D/g, "").slice(0, 14);
  return besides(live, `_before_${release.slice(0, 24)}_${stamp}`);
}

/** When a database got the name under which it is kept, in milliseconds since the epoch, to the second; undefined of any other name. */
export function keptSince(name: string): number | undefined {
  const [, day = "", time = ""] = /_before_.*_(\d{8})(\d{6})$/.exec(name) ?? [];
  const at = Date.parse(
    `${day.replace(/(....)(..)/, "$1-$2-")}T${time.replace(/(..)(..)/, "$1:$2:")}Z`,
  );
  return Number.isNaN(at) ? undefined : at;
}

/** The name with an ending; cut where the server would cut the ending off. */
function besides(live: string, ending: string): string {
  let base = live;
  while (Buffer.byteLength(base + ending) > longest) base = Array.from(base).slice(0, -1).join("");
  return base + ending;
}
