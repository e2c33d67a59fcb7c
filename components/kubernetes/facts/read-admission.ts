import type { V1LimitRangeItem, V1ObjectMeta, V1ResourceQuota } from "@kubernetes/client-node";
import type { AdmissionFacts, LimitRangeFacts, QuotaFacts } from "./admission";
import type { ClusterClient } from "../api/client";
import { amounts } from "../objects/read-container-resources";
import type { Json, JsonList } from "../api/json";

/** As it travels; the client's own type calls `default` by another name. */
interface LimitRange {
  readonly metadata?: Json<V1ObjectMeta>;
  readonly spec?: {
    readonly limits: readonly (Json<V1LimitRangeItem> & {
      readonly default?: Readonly<Record<string, string>>;
    })[];
  };
}

/**
 * The quotas and limit ranges of a namespace, both lists side by side; none if the namespace does not exist.
 *
 * @throws ClusterError where one of the lists is refused
 */
export async function readAdmissionFacts(
  client: ClusterClient,
  namespace: string,
): Promise<AdmissionFacts> {
  const inside = `/api/v1/namespaces/${namespace}`;
  const [quotas, limitRanges] = await Promise.all([
    client.get<JsonList<V1ResourceQuota>>(`${inside}/resourcequotas`),
    client.get<JsonList<LimitRange>>(`${inside}/limitranges`),
  ]);
  return {
    quotas: quotas.items.map(quotaFacts),
    limitRanges: limitRanges.items.flatMap(limitRangeFacts),
  };
}

/** The API server judges by the status; a new quota has none yet. */
const quotaFacts = ({ metadata, spec, status }: Json<V1ResourceQuota>): QuotaFacts => ({
  name: metadata?.name ?? "",
  scopes: [
    ...(spec?.scopes ?? []),
    ...(spec?.scopeSelector?.matchExpressions ?? []).map(({ scopeName }) => scopeName),
  ],
  hard: amounts(status?.hard ?? spec?.hard),
  used: amounts(status?.used),
});

const limitRangeFacts = ({ metadata, spec }: LimitRange): readonly LimitRangeFacts[] =>
  (spec?.limits ?? [])
    .filter(({ type }) => type === "Container")
    .map((limit) => ({
      name: metadata?.name ?? "",
      min: amounts(limit.min),
      max: amounts(limit.max),
      defaultRequests: amounts(limit.defaultRequest),
      defaultLimits: amounts(limit.default),
    }));
