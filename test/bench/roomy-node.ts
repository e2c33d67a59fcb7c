import { execa } from "execa";
import type { Lab } from "../lab/lab";

/** A node that the preflight sees and that no pod comes to. */
export interface RoomyNode {
  /** Says that it is well. Nobody else does, and after 50 s without it the cluster takes it for lost. */
  readonly beat: () => Promise<void>;
}

const NAME = "room-for-a-fleet";
const ROOM = { cpu: "256", memory: "1Ti", pods: "1000" };

/**
 * Lets work see a cluster with room for a whole fleet: a node that is an object alone. What is previewed is never installed, so nothing has
 * to run there.
 */
export async function withRoomyNode<T>(
  { env }: Lab,
  work: (node: RoomyNode) => Promise<T>,
): Promise<T> {
  const kubectl = (words: readonly string[], input = "") => execa("kubectl", words, { env, input });
  const taints = [{ key: "gateways/bench", effect: "NoSchedule" }];
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: NAME }, spec: { taints } };
  await kubectl(["apply", "--filename", "-"], JSON.stringify(node));
  try {
    return await work({
      beat: async () => {
        const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
        const ready = { type: "Ready", status: "True", reason: "Beat", message: "" };
        const times = { lastHeartbeatTime: now, lastTransitionTime: now };
        const conditions = [{ ...ready, ...times }];
        const status = JSON.stringify({
          status: { capacity: ROOM, allocatable: ROOM, conditions },
        });
        await kubectl([
          "patch",
          "node",
          NAME,
          "--subresource=status",
          "--type=merge",
          "-p",
          status,
        ]);
      },
    });
  } finally {
    await kubectl(["delete", "node", NAME, "--ignore-not-found"]);
  }
}
