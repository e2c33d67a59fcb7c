import { z } from "zod";
import type { LiveObject } from "../../kubernetes/facts/cluster-facts";
import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding, type Objection } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { goesBack, type Plan } from "../../upgrade/plan/plan";

const { pass, warn, block, unknown } = gate("certificates");

const DAY = 86_400_000;
/** Days before its end from which on it is told: cert-manager renews at a third of the time. */
const NOTICE_DAYS = 7;

const certificate = z.object({
  kind: z.literal("Certificate"),
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      notAfter: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().default("") }))
        .default([]),
    })
    .prefault({}),
});
type Certificate = z.infer<typeof certificate>;

/**
 * Lets nothing begin on a certificate of the ingress that has ended, and tells of one that is not ready or ends soon: tunnels are opened by TLS, and pods that start
 * would be blamed for it. Going back is not stopped.
 *
 * @param now - milliseconds since the epoch
 */
export function certificates({
  plan,
  live,
  now,
  at,
}: {
  readonly plan: Plan;
  /** What of the release lives in the cluster. */
  readonly live: Observation<readonly LiveObject[]>;
  readonly now: number;
  /** Context and namespace. */
  readonly at: string;
}): readonly Finding[] {
  if (!live.observed) return [unknown(couldNotLook(at, "the certificates", live.reason))];
  const found = live.value.flatMap(({ content }) => certificate.safeParse(content).data ?? []);
  if (found.length === 0) return [pass({ at, found: "no certificate of cert-manager yet" })];
  const wayOut = plan.unfinished || goesBack(plan);
  return found.map((one) => judge(one, now, wayOut ? warn : block));
}

function judge(
  { metadata, status }: Certificate,
  now: number,
  grave: (objection: Objection) => Finding,
): Finding {
  const at = `Certificate/${metadata.name}`;
  const end = status.notAfter === undefined ? undefined : Date.parse(status.notAfter);
  const words = end === undefined ? "no end told" : `ends at ${new Date(end).toISOString()}`;
  const expected = `ready, and valid for more than ${NOTICE_DAYS} days`;
  const fix = `see what kubectl describe certificate ${metadata.name} says, and let it be renewed first`;
  if (end !== undefined && end < now)
    return grave({ at, found: `it has ended: ${words}`, expected, fix });
  const ready = status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") {
    const reason = ready?.reason === undefined || ready.reason === "" ? "" : ` (${ready.reason})`;
    return warn({ at, found: `not ready${reason}, ${words}`, expected, fix });
  }
  if (end !== undefined && end - now < NOTICE_DAYS * DAY)
    return warn({ at, found: words, expected, fix });
  return pass({ at, found: `ready, ${words}` });
}
