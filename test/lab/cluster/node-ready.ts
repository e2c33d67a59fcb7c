import type { Settings } from "../settings";
import { until } from "../until";
import { askApi } from "./api";

interface NodeStatus {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
}

/** Resolves once the node takes pods: Ready, without a taint, and the default account exists in the default namespace. */
export async function nodeReady(settings: Settings): Promise<void> {
  await until("the node takes pods", () => takesPods(settings), { seconds: 90, everyMs: 200 });
  await until("the default service account exists", () => hasAccount(settings), { seconds: 60 });
}

async function takesPods(settings: Settings): Promise<boolean> {
  const answer = await askApi(settings, `/api/v1/nodes/${settings.nodeName}`);
  if (answer.status !== 200) throw new Error("the node has not registered");
  const node = JSON.parse(answer.body) as NodeStatus;
  const ready = node.status?.conditions?.find((condition) => condition.type === "Ready");
  if (ready?.status !== "True") throw new Error(ready?.message ?? "no word from the node");
  const taints = (node.spec?.taints ?? []).map((taint) => taint.key);
  if (taints.length > 0) throw new Error(`tainted: ${taints.join(", ")}`);
  return true;
}

const hasAccount = async (settings: Settings): Promise<boolean> =>
  (await askApi(settings, "/api/v1/namespaces/default/serviceaccounts/default")).status === 200;
