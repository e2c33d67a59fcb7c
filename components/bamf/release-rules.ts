import type { ReleaseRules } from "../kubernetes/gateway/product";
import { decidedBy, type ValueTrap } from "../kubernetes/gates/values-trap";
import { DATABASE_URL, secretsNeededBy, SHARED_KEYS } from "./pod-secrets";
import type { BamfRelease } from "./release";
import type { Part } from "./time-limits";
import type { WantedValues } from "./wanted-values";

/** Images of the product, by the last part of their repository; each tag has a v (T-21). */
const TAG_FORMS = Object.fromEntries(
  (["api", "bridge", "proxy", "web", "agent"] satisfies Part[]).map(
    (part) => [`bamf-${part}`, "v"] as const,
  ),
);

/**
 * What an API pod gets after its pause, for requests that are open by then: they are short, and the streams of agents, which last, begin anew at another pod. A
 * choice of this program: the product has no limit of its own and stays for its whole grace period while an agent listens.
 */
const DRAIN_SECONDS = 5;

const secretKey = (path: string, why: string, key: string): ValueTrap => ({
  path,
  why,
  fix: `remove it and set ${key} among gateways:bamfSecrets, encrypted`,
});

const BROUGHT = "the program brings its own Secret";

/** Values that do not do what they say, by their names in the newest layout. */
export const TRAPS: readonly ValueTrap[] = [
  ...["core.api", "core.web", "edge.bridge", "edge.proxy"].map((part) =>
    decidedBy(`${part}.image.tag`, "version"),
  ),
  decidedBy("core.migrations.enabled", "schema"),
  secretKey("core.postgresql.external.password", BROUGHT, DATABASE_URL),
  secretKey("core.postgresql.bundled.auth.password", BROUGHT, DATABASE_URL),
  secretKey("edge.proxy.internalToken", BROUGHT, "BAMF_PROXY_INTERNAL_TOKEN"),
  secretKey("edge.bridge.bootstrap.token", BROUGHT, "BAMF_BRIDGE_BOOTSTRAP_TOKEN"),
  secretKey("agent.joinToken", BROUGHT, "BAMF_JOIN_TOKEN"),
  secretKey(
    "core.redis.external.existingSecret",
    "no template reads it, and the URL carries no password",
    "BAMF_REDIS_URL",
  ),
];

/** The traps by the names of the layout that the release reads. */
const trapsIn = ({ placeOf }: WantedValues): readonly ValueTrap[] =>
  TRAPS.flatMap((trap) => {
    const path = placeOf(trap.path);
    return path === undefined ? [] : [{ ...trap, path }];
  });

/** What the gates hold a release against. */
export const rulesOf = ({ names, workloads, job, wanted }: BamfRelease): ReleaseRules => ({
  requiredKeys: secretsNeededBy(names, [...workloads, job as BamfRelease["workloads"][number]]),
  sharedKeys: SHARED_KEYS,
  tagForms: TAG_FORMS,
  urlRules: [
    { key: DATABASE_URL, schemes: ["postgresql", "postgres"] },
    { key: "BAMF_REDIS_URL", schemes: ["redis", "rediss"] },
  ],
  drainSeconds: DRAIN_SECONDS,
  valueTraps: trapsIn(wanted),
});
