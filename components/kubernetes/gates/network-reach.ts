import { mayLeaveTo } from "../objects/egress";
import type { KubernetesObject } from "../objects/object";
import { couldNotLook } from "../../upgrade/could-not-look";
import type { ClusterFacts } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { UrlRule } from "../../upgrade/gates/connection-urls";
import type { Observation } from "../../upgrade/observation";

const { pass, warn, unknown } = gate("network-reach");

/** Something outside that the pods connect to. */
export interface Target {
  /** Environment key that leads there. */
  readonly key: string;
  readonly port: number;
}

/** Ports where a URL names none. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "redis:": 6379,
  "rediss:": 6379,
};

/** Ports behind the URLs of an environment; of one that cannot be read there is none. Nothing else of a URL leaves here. */
export const targetsOf = (
  environment: Readonly<Record<string, string>>,
  rules: readonly Pick<UrlRule, "key">[],
): readonly Target[] =>
  rules.flatMap(({ key }) => {
    const text = environment[key] ?? "";
    if (!URL.canParse(text)) return [];
    const { protocol, port } = new URL(text);
    const number = port === "" ? DEFAULT_PORTS[protocol] : Number(port);
    return number === undefined ? [] : [{ key, port: number }];
  });

/** What this gate looks at. */
export interface NetworkReachArgs {
  readonly cluster: Observation<ClusterFacts>;
  /** Everything that this program would apply. */
  readonly objects: readonly KubernetesObject[];
  /** Labels of the pods, as policies select them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** Config path of the keys. */
  readonly at: string;
}

/**
 * Tells where the NetworkPolicies let the pods out to the usual ports and a URL leads to another one: the pods would start and never
 * get through, on a network that enforces policies (T-16). Says of a URL its port alone.
 */
export function networkReach(question: NetworkReachArgs): readonly Finding[] {
  const { cluster, objects, labels, targets, at } = question;
  if (!cluster.observed) return [unknown(couldNotLook(at, "the NetworkPolicies", cluster.reason))];
  const wanted = objects.filter(({ kind }) => kind === "NetworkPolicy");
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const others = cluster.value.policies.filter(({ metadata }) => !names.has(metadata.name));
  const cut = targets.filter(({ port }) => !mayLeaveTo(port, labels, [...wanted, ...others]));
  if (cut.length === 0) {
    return [pass({ at, found: "URLs at ports to which the NetworkPolicies let the pods out" })];
  }
  return cut.map(({ key, port }) =>
    warn({
      at: `${at}.${key}`,
      found: `a URL at port ${port}, to which no NetworkPolicy lets the pods out`,
      expected: "an open port, if the network enforces policies",
      fix: `add a NetworkPolicy of your own in this namespace that lets these pods out to TCP ${port}`,
    }),
  );
}
