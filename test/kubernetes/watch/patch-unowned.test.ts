import { expect, test } from "vitest";
import { ClusterError, type ClusterClient } from "../../../components/kubernetes/api/client";
import { retryingClient } from "../../../components/kubernetes/api/retrying-client";
import { patchUnowned } from "../../../components/kubernetes/watch/patch-unowned";

interface Body {
  readonly spec?: { readonly partition: number };
  readonly metadata?: {
    readonly managedFields: readonly { readonly manager: string }[];
    readonly resourceVersion: string;
  };
}

/** An API server that keeps one StatefulSet, and resets the connection after it has done the nth of its changes. */
function standIn(losesAnswerTo: number) {
  let version = 1;
  let changes = 0;
  const kept = { partition: 3, managers: ["applier"] };
  const shown = () => ({
    metadata: {
      resourceVersion: String(version),
      managedFields: kept.managers.map((manager) => ({ manager })),
    },
  });
  const change = ({ spec, metadata }: Body) => {
    if (metadata !== undefined && metadata.resourceVersion !== String(version))
      throw new ClusterError("the object has been modified", 409);
    if (spec !== undefined) {
      kept.partition = spec.partition;
      if (!kept.managers.includes("roll")) kept.managers.push("roll");
    }
    if (metadata !== undefined)
      kept.managers = metadata.managedFields.map(({ manager }) => manager);
    version += 1;
    changes += 1;
    if (changes === losesAnswerTo) throw new ClusterError("connection reset", 0);
  };
  const client: ClusterClient = {
    ask: () => Promise.reject(new ClusterError("connection reset", 0)),
    find: () => Promise.resolve(undefined),
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is to be a rejection
    get: async <T>(_: string, call?: { readonly method?: string; readonly body?: unknown }) => {
      if (call?.method === "PATCH") change(call.body as Body);
      return shown() as T;
    },
    close: () => undefined,
  };
  return { client, kept };
}

test.each([
  ["is done", 0],
  ["whose answer is lost is made again", 1],
  ["whose fields are let go of, where that answer is lost, ends well", 2],
])(
  "a change of a field that nobody shall own %s: the value stands, and the applier owns the object alone (law 2)",
  async (_, losesAnswerTo) => {
    const { client, kept } = standIn(losesAnswerTo);
    const retrying = retryingClient(client, () => undefined);
    await patchUnowned(retrying, "/sets/bridge", "roll", { spec: { partition: 2 } });
    expect(kept).toEqual({ partition: 2, managers: ["applier"] });
  },
);
