import type { ClusterClient } from "../api/client";

/** Which log to read. */
export interface LogQuestion {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string | undefined;
  /** Lines from the end. @defaultValue all */
  readonly lines?: number;
  /** Only what was written that many seconds ago or later. @defaultValue all */
  readonly seconds?: number;
  /** Of the container that ran before the last restart. @defaultValue false */
  readonly previous?: boolean;
}

/** What the kubelet puts in place of a log that is gone already. */
const lost = "unable to retrieve container logs";

/** Lines of a container's log, oldest first; none where there is no log. */
export async function readPodLog(
  client: ClusterClient,
  question: LogQuestion,
): Promise<readonly string[]> {
  const query = new URLSearchParams({
    ...(question.container === undefined ? {} : { container: question.container }),
    ...(question.lines === undefined ? {} : { tailLines: String(question.lines) }),
    ...(question.seconds === undefined ? {} : { sinceSeconds: String(question.seconds) }),
    ...(question.previous === true ? { previous: "true" } : {}),
  });
  const path = `/api/v1/namespaces/${question.namespace}/pods/${question.pod}/log?${query.toString()}`;
  const reply = await client.ask(path, { accept: "*/*" });
  if (reply.status !== 200) return [];
  return reply.body.split("\n").filter((line) => line !== "" && !line.startsWith(lost));
}
