/** Answers of a gateway within some time. */
export interface Traffic {
  readonly requests: number;
  /** Those of them with a status 5xx. */
  readonly errors: number;
}

/** Who has counted it: Prometheus, the pods' own /metrics, or nobody. */
export const trafficSources = ["prometheus", "pods", "none"] as const;

export type TrafficSource = (typeof trafficSources)[number];
