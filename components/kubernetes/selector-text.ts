import type { V1LabelSelector } from "@kubernetes/client-node";
import type { Wire } from "./wire";

/** A label selector as a query: `app=a,tier in (x,y),!old`. */
export function selectorText(selector: Wire<V1LabelSelector> | undefined): string {
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
