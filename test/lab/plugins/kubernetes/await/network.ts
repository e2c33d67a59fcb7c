import type { PropertyMap } from "../../protocol/values";
import { nameOf, namespaceOf } from "../kube-object";
import { mapAt, mapsAt, textAt } from "../paths";
import type { Judge, Surroundings } from "./judge";

/** How long the endpoints of a Service must be quiet. */
const settleMs = 10_000;

const endpointsKind = { group: "", version: "v1", kind: "Endpoints" };

/**
 * A Service is ready when its endpoints have been quiet for ten seconds and none of them is unready; a
 * load balancer also needs an address. Services without a selector, headless and external ones are not
 * waited for.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/service.go
 */
export function serviceJudge(): Judge {
  let seen = "";
  let since = Date.now();
  return async (service, around) => {
    const isBalanced = textAt(service, "spec", "type") === "LoadBalancer";
    const isAddressed =
      !isBalanced || mapsAt(service, "status", "loadBalancer", "ingress").length > 0;
    if (!hasPods(service)) return { isReady: isAddressed };
    const endpoints = await endpointsOf(service, around);
    const version = textAt(endpoints, "metadata", "resourceVersion");
    if (version !== seen) since = Date.now();
    seen = version;
    const isSettled = around.isRead || (version !== "" && Date.now() - since >= settleMs);
    const subsets = mapsAt(endpoints, "subsets");
    const isPending = subsets.some((subset) => mapsAt(subset, "notReadyAddresses").length > 0);
    const isTargeted = subsets.some((subset) => mapsAt(subset, "addresses").length > 0);
    return {
      isReady: isAddressed && isSettled && !isPending,
      status: isTargeted
        ? "[2/3] Attempting to allocate IP address to Service"
        : "[1/3] Finding Pods to direct traffic to",
      problems: [
        ...(isTargeted
          ? []
          : [
              "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
            ]),
        ...(isAddressed
          ? []
          : ["Service was not allocated an IP address; does your cloud provider support this?"]),
      ],
    };
  };
}

function hasPods(service: PropertyMap): boolean {
  const isHeadless = textAt(service, "spec", "clusterIP") === "None";
  const isExternal = textAt(service, "spec", "type") === "ExternalName";
  return !isHeadless && !isExternal && Object.keys(mapAt(service, "spec", "selector")).length > 0;
}

async function endpointsOf(
  service: PropertyMap,
  { api }: Surroundings,
): Promise<PropertyMap | undefined> {
  const all = await api.list(endpointsKind, namespaceOf(service));
  return all.find((found) => nameOf(found) === nameOf(service));
}

/**
 * An Ingress is ready when it has an address and every Service of its rules has endpoints.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/ingress.go
 */
export function ingressJudge(): Judge {
  const started = Date.now();
  return async (ingress, { api, isRead }) => {
    const known = (await api.list(endpointsKind, namespaceOf(ingress))).map(nameOf);
    const targets = mapsAt(ingress, "spec", "rules")
      .flatMap((rule) => mapsAt(rule, "http", "paths"))
      .map((path) => textAt(path, "backend", "service", "name"))
      .filter((name) => name !== "");
    const isSettled = isRead || Date.now() - started >= settleMs;
    const isTargeted = isSettled || targets.every((name) => known.includes(name));
    const isAddressed = mapsAt(ingress, "status", "loadBalancer", "ingress").length > 0;
    return {
      isReady: isTargeted && isAddressed,
      status: "[2/3] Waiting for update of .status.loadBalancer with hostname/IP",
      problems: [
        ...(isTargeted
          ? []
          : ["Ingress has at least one rule with an unavailable target endpoint."]),
        ...(isAddressed
          ? []
          : ["Ingress .status.loadBalancer field was not updated with a hostname/IP address."]),
      ],
    };
  };
}
