import type { LogQuestion } from "../../upgrade/platform";
import type { ClusterClient } from "../api/client";

/** What the kubelet puts in place of a log that is gone already. */
const lost = "unable to retrieve container logs";

/** Lines of a container's log, oldest first; none if there is no log. */
export async function readPodLog(
  client: ClusterClient,
  question: LogQuestion & { readonly namespace: string },
): Promise<readonly string[]> {
  const { namespace, instance, container, lines, seconds, previous } = question;
  const query = new URLSearchParams({
    ...(container === undefined ? {} : { container }),
    ...(lines === undefined ? {} : { tailLines: String(lines) }),
    ...(seconds === undefined ? {} : { sinceSeconds: String(seconds) }),
    ...(previous === true ? { previous: "true" } : {}),
  });
  const path = `/api/v1/namespaces/${namespace}/pods/${instance}/log?${query.toString()}`;
  const reply = await client.ask(path, { accept: "*/*" });
  if (reply.status !== 200) return [];
  return reply.body.split("\n").filter((line) => line !== "" && !line.startsWith(lost));
}
