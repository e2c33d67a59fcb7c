import type { BridgeMetrics } from "../../../components/bamf/sessions/bridge-metrics";
import type { ListedBridge, SeenBridge } from "../../../components/bamf/sessions/decide";

export const metrics = (open: number, change: Partial<BridgeMetrics> = {}): BridgeMetrics => ({
  open,
  byProtocol: { tunnel: open },
  immovable: 0,
  draining: false,
  bytes: 0,
  ...change,
});

export const listed = (change: Partial<ListedBridge> = {}): ListedBridge => ({
  registeredAt: "1764330000.5",
  status: "ready",
  edge: "default",
  score: 0,
  sessions: 0,
  pending: 0,
  stuck: 0,
  unheard: 0,
  ...change,
});

/** A bridge that is well, with so many tunnels and as many sessions. */
export const bridge = (
  name: string,
  open: number,
  change: { listed?: Partial<ListedBridge>; metrics?: Partial<BridgeMetrics> } = {},
): SeenBridge => ({
  name,
  listed: listed({ sessions: open, score: open, ...change.listed }),
  metrics: metrics(open, change.metrics),
});
