import { expect, test } from "vitest";
import { parseBridgeMetrics } from "../../../components/bamf/sessions/bridge-metrics";

const text = `# HELP bamf_bridge_active_tunnels Number of active tunnels on this bridge pod
# TYPE bamf_bridge_active_tunnels gauge
bamf_bridge_active_tunnels 7
bamf_bridge_active_tunnels_by_protocol{protocol="tunnel"} 5
bamf_bridge_active_tunnels_by_protocol{protocol="ssh-audit"} 2
bamf_bridge_bytes_received_total 1.5e+03
bamf_bridge_bytes_sent_total 20
bamf_bridge_draining 1
bamf_bridge_non_migratable_tunnels 2
`;

test("the metrics of a bridge say what is open on it, by protocol, and whether it stops (B-15)", () => {
  expect(parseBridgeMetrics(text)).toEqual({
    open: 7,
    byProtocol: { tunnel: 5, "ssh-audit": 2 },
    immovable: 2,
    draining: true,
    bytes: 1520,
  });
});

test("metrics without the number of tunnels say nothing: that is not none", () => {
  expect(parseBridgeMetrics(text.replace("bamf_bridge_active_tunnels 7\n", ""))).toBeUndefined();
  expect(parseBridgeMetrics("")).toBeUndefined();
});
