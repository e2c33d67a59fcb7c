import type { Platform, Problem } from "../../upgrade/platform";
import { redactorOf } from "../../upgrade/redact";
import type { StepIo } from "../../upgrade/step-io";
import { failingChecks } from "../failing-checks";
import { logExcerpt } from "../log-excerpt";

/** Where an instance answers how it is. */
export interface HealthPlace {
  readonly port: number;
  readonly path: string;
}

/** What the instance itself adds to a problem: the checks that fail (S-16, T-03) or its last log lines; "" if it says nothing. */
export async function explainProblem(
  platform: Pick<Platform, "ask" | "log">,
  health: HealthPlace | undefined,
  { instance, container, kind }: Problem,
  io: StepIo,
): Promise<string> {
  if (instance === undefined) return "";
  if (kind === "unready" && health !== undefined) {
    const reply = await platform.ask({ instance, port: health.port }, health.path);
    const found = reply === undefined ? "" : failingChecks(reply);
    return found === "" ? "" : `; ${health.path} says: ${found}`;
  }
  if (kind !== "crash" && kind !== "starting") return "";
  const question = { instance, container, lines: 30 };
  const before = kind === "crash" ? await platform.log({ ...question, previous: true }) : [];
  const lines = before.length > 0 ? before : await platform.log(question);
  const redact = redactorOf(io.env);
  return lines.length === 0 ? "" : `; it wrote: ${logExcerpt(lines.map(redact)).join(" | ")}`;
}
