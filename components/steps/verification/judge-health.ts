import type { HttpReply } from "../../upgrade/platform";
import { failingChecks } from "../failing-checks";
import type { Fault } from "./fault";

/** What one instance answered; undefined if it did not. */
export interface HealthReplies {
  readonly ready: HttpReply | undefined;
  readonly live: HttpReply | undefined;
  readonly about: HttpReply | undefined;
}

/**
 * An instance is well when it says so itself: ready with every check ok and named otherwise, alive, and of the wanted release where it
 * knows its release (S-16, S-17, S-31, T-03, T-11). The status counts as well as the body (T-15).
 *
 * @param instance - what it is called to the operator: `pod gateway-a`
 */
export function judgeHealth(
  instance: string,
  replies: HealthReplies,
  reportedVersion: string | undefined,
): readonly Fault[] {
  const complaint = replies.ready === undefined ? "no answer" : failingChecks(replies.ready);
  const ready: readonly Fault[] =
    complaint === "" ? [] : [{ kind: "health", text: `${instance} is not ready: ${complaint}` }];
  const status = replies.live?.status;
  const live: readonly Fault[] =
    status === 200
      ? []
      : [{ kind: "health", text: `${instance} is not alive: ${status ?? "no answer"}` }];
  const version = replies.about === undefined ? undefined : versionIn(replies.about.body);
  const stale = reportedVersion !== undefined && version !== reportedVersion;
  const about: readonly Fault[] = stale
    ? [
        {
          kind: "version",
          text: `${instance} says it is version ${version ?? "unknown"}, expected ${reportedVersion}`,
        },
      ]
    : [];
  return [...ready, ...live, ...about];
}

function versionIn(body: string): string | undefined {
  try {
    const { version } = JSON.parse(body) as { readonly version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
