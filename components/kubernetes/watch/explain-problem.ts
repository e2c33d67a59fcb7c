import type { ClusterClient } from "../api/client";
import type { PodProblem } from "./problems";
import { readPodLog } from "./pod-log";
import { redactorOf } from "../../upgrade/redact";
import type { StepIo } from "../../upgrade/step-io";
import { tellingLines } from "./telling-lines";
import { failingChecks } from "./failing-checks";

/** Where a pod answers how it is. */
export interface HealthPlace {
  readonly port: number;
  readonly path: string;
}

/** What the pod itself adds to a sign: the checks that fail (S-16, T-03) or its last log lines; "" where it says nothing. */
export async function explainProblem(
  client: ClusterClient,
  namespace: string,
  health: HealthPlace | undefined,
  sign: PodProblem,
  io: StepIo,
): Promise<string> {
  const { pod, container, kind } = sign;
  if (pod === undefined) return "";
  if (kind === "unready" && health !== undefined) {
    const place = `/api/v1/namespaces/${namespace}/pods/${pod}:${health.port}/proxy${health.path}`;
    const reply = await client.ask(place, { accept: "*/*" }).catch(() => undefined);
    const found = reply === undefined ? "" : failingChecks(reply);
    return found === "" ? "" : `; ${health.path} says: ${found}`;
  }
  if (kind !== "crash" && kind !== "starting") return "";
  const question = { namespace, pod, container, lines: 30 };
  const before = kind === "crash" ? await readPodLog(client, { ...question, previous: true }) : [];
  const lines = before.length > 0 ? before : await readPodLog(client, question);
  const redact = redactorOf(io.env);
  return lines.length === 0 ? "" : `; it wrote: ${tellingLines(lines.map(redact)).join(" | ")}`;
}
