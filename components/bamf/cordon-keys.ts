import { releaseOf, without, type BamfCatalogue } from "./catalogue";

/** What of the product's Redis a score cordon may write. */
export type CordonKeys =
  | {
      readonly kind: "vouched";
      /** True where the cordon was seen at work on these programs; else their source has the same keys. */
      readonly ran: boolean;
      /** Sorted set of all bridges. */
      readonly available: string;
      /** Field of `bridge:<id>` that names the edge; its bridges are in the set `bridges:available:<edge>` too. Undefined where there are no edges. */
      readonly edgeField: "edge" | "outpost" | undefined;
      /** Set of the fingerprints of revoked certificates, in which the API looks for that of a bridge; undefined where it does not. */
      readonly denied: string | undefined;
      readonly why: string;
    }
  | { readonly kind: "not-vouched" | "unknown"; readonly reason: string };

/**
 * Whether the catalogue vouches for the keys of the cordon. The API writes and reads them, so that its release decides; a bridge counts its own tunnels, so that
 * it has to be vouched for as well.
 */
export function cordonKeys(
  catalogue: BamfCatalogue,
  versions: { readonly api: string; readonly bridge: string },
): CordonKeys {
  const api = releaseOf(catalogue, versions.api);
  if (api === undefined) return without(versions.api);
  const bridge = releaseOf(catalogue, versions.bridge);
  if (bridge === undefined) return without(versions.bridge);
  const silent = [api, bridge].find(({ drain }) => drain.vouched === "not");
  if (silent !== undefined)
    return { kind: "not-vouched", reason: `${silent.version}: ${silent.drain.why}` };
  const { edge, revokes, why } = api.drain;
  return {
    kind: "vouched",
    ran: [api, bridge].every(({ drain }) => drain.vouched === "ran"),
    available: "bridges:available",
    edgeField: edge === "none" ? undefined : edge,
    denied: revokes ? "bamf:revoked_certs" : undefined,
    why: `${api.version}: ${why}`,
  };
}
