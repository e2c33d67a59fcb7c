import type { PrometheusFacts } from "../facts";
import { gate, type Finding } from "../finding";
import type { Observation } from "../observation";
import { asClause } from "../counted";

const { pass, warn } = gate("prometheus");

/** What happens to the verification where Prometheus has nothing to say. */
const OTHERWISE = "until then the verification judges by the pods' own /metrics";

/**
 * Tells before the upgrade whether Prometheus will have a word in its verification (S-49). It never stops one, not even if it cannot
 * be asked: an outage of the monitoring must not keep a repair from being rolled out, and the pods report the same.
 */
export function prometheus({
  look,
  pods,
  baselineMinutes,
  at,
}: {
  /** Undefined if no Prometheus is configured. */
  readonly look: Observation<PrometheusFacts> | undefined;
  /** The gateway's pods that run now; undefined if the cluster could not be seen. */
  readonly pods: readonly string[] | undefined;
  readonly baselineMinutes: number;
  /** Config path of its settings. */
  readonly at: string;
}): readonly Finding[] {
  if (look === undefined) return [];
  if (!look.observed)
    return [
      warn({
        at,
        found: `Prometheus could not be asked: ${asClause(look.reason)}`,
        expected: "an answer to a query",
        fix: `see that it runs, and that its url and token are right; ${OTHERWISE}`,
      }),
    ];
  const { scraped, unreadable, before } = look.value;
  const of = (names: readonly string[]) => (pods ?? []).filter((pod) => names.includes(pod));
  const missing = (pods ?? []).filter((pod) => ![...scraped, ...unreadable].includes(pod));
  if (missing.length > 0)
    return [
      warn({
        at,
        found: `it does not scrape ${missing.sort().join(", ")}`,
        expected: "every pod of the gateway among its targets",
        fix: `let it scrape this namespace, and check the labels and matchers of the stack file; ${OTHERWISE}`,
      }),
    ];
  if (of(unreadable).length > 0)
    return [
      warn({
        at,
        found: `it cannot read the metrics of ${of(unreadable).sort().join(", ")}`,
        expected: "a last scrape that worked",
        fix: `see what its page of targets says about them; ${OTHERWISE}`,
      }),
    ];
  const known = `${before.errors} of ${before.requests} answers with status 5xx in ${baselineMinutes} min`;
  const found =
    pods === undefined || pods.length === 0
      ? "it answers; no pod of the gateway is known yet"
      : `it scrapes every pod of the gateway; ${known}`;
  return [pass({ at, found })];
}
