import type { V1LabelSelector } from "@kubernetes/client-node";
import type { Json } from "../api/json";

/** A label selector as a query: `app=a,tier in (x,y),!old`. */
export function selectorText(selector: Json<V1LabelSelector> | undefined): string {
  const equal = Object.entries(selector?.matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  const more = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => {
    if (operator === "Exists") return key;
    if (operator === "DoesNotExist") return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${(values ?? []).join(",")})`;
  });
  return [...equal, ...more].join(",");
}
