import type { Amounts } from "../objects/container-resources";

/** A ResourceQuota. */
export interface QuotaFacts {
  readonly name: string;
  /** Scopes of the pods that it counts, those of its selector too; empty if it counts all. */
  readonly scopes: readonly string[];
  /** What it allows, by its own names: `requests.cpu`, `limits.memory`, `pods`. CPU in millicores. */
  readonly hard: Amounts;
  /** What is used of it. */
  readonly used: Amounts;
}

/** What a LimitRange says of each container. */
export interface LimitRangeFacts {
  readonly name: string;
  /** Least request. */
  readonly min: Amounts;
  /** Greatest limit. */
  readonly max: Amounts;
  /** Requests of a container that names none. */
  readonly defaultRequests: Amounts;
  /** Limits of a container that names none. */
  readonly defaultLimits: Amounts;
}

/** The rules of a namespace about the pods that the API server lets in. */
export interface AdmissionFacts {
  readonly quotas: readonly QuotaFacts[];
  readonly limitRanges: readonly LimitRangeFacts[];
}
