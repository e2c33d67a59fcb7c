import type { Traffic } from "../upgrade/traffic";
import type { Point } from "./parse-vector";

/** All answers and those with 5xx, out of points with a label `status`. Rounded, since Prometheus interpolates what has grown. */
export function addUp(points: readonly Point[]): Traffic {
  const sum = (some: readonly Point[]): number =>
    Math.round(some.reduce((total, { value }) => total + value, 0));
  return {
    requests: sum(points),
    errors: sum(points.filter(({ labels }) => labels["status"]?.startsWith("5"))),
  };
}
