import type { SessionLook } from "../../upgrade/sessions";

/** What a bridge says about itself. */
export interface BridgeMetrics extends Omit<SessionLook, "fixed"> {
  /** Tunnels that end at the bridge itself, and so never move. */
  readonly immovable: number;
  /** True once it was told to stop. */
  readonly draining: boolean;
  /** Bytes that it has carried since it started. */
  readonly bytes: number;
}

/**
 * Reads the metrics of a bridge.
 *
 * Source: `mattrobinsonsre/bamf@v0.3.0..v0.11.0`, pkg/bridge: `bamf_bridge_active_tunnels` and its neighbours.
 *
 * @returns undefined where the number of tunnels is missing: nothing is known of such a bridge
 */
export function parseBridgeMetrics(text: string): BridgeMetrics | undefined {
  const lines = text.split("\n").flatMap((line) => {
    const found = /^(bamf_bridge_\w+)(?:\{([^}]*)\})?\s+(\S+)/.exec(line);
    const value = Number(found?.[3]);
    return found === null || Number.isNaN(value)
      ? []
      : [{ name: found[1] ?? "", labels: found[2] ?? "", value }];
  });
  const of = (name: string) => lines.find((line) => line.name === `bamf_bridge_${name}`)?.value;
  const open = of("active_tunnels");
  if (open === undefined) return undefined;
  return {
    open,
    byProtocol: Object.fromEntries(
      lines
        .filter(({ name }) => name === "bamf_bridge_active_tunnels_by_protocol")
        .map(({ labels, value }) => [/protocol="([^"]*)"/.exec(labels)?.[1] ?? "", value]),
    ),
    immovable: of("non_migratable_tunnels") ?? 0,
    draining: of("draining") === 1,
    bytes: (of("bytes_sent_total") ?? 0) + (of("bytes_received_total") ?? 0),
  };
}
