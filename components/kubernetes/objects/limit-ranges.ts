import type { LimitRangeFacts } from "../facts/admission";
import { describeAmount, type Amounts } from "./container-resources";
import type { ContainerDemand, PodDemand } from "./demand";
import type { Objection } from "../../upgrade/finding";

/**
 * The container as it comes out of the API server's hands: with the requests and limits that the limit ranges of its namespace give where it
 * names none.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:plugin/pkg/admission/limitranger/admission.go` (mergeContainerResources).
 */
export const withDefaults = (
  container: ContainerDemand,
  ranges: readonly LimitRangeFacts[],
): ContainerDemand => ({
  ...container,
  requests: Object.assign(
    {},
    ...ranges.map((range) => range.defaultRequests).reverse(),
    container.requests,
  ) as Amounts,
  limits: Object.assign(
    {},
    ...ranges.map((range) => range.defaultLimits).reverse(),
    container.limits,
  ) as Amounts,
});

/**
 * Every reason for which the limit ranges make the API server refuse a container of the pod, after their own defaults.
 *
 * Source: `kubernetes/kubernetes@v1.34.4:plugin/pkg/admission/limitranger/admission.go` (PodValidateLimitFunc: minConstraint, maxConstraint).
 */
export const limitRangeFaults = (
  pod: PodDemand,
  ranges: readonly LimitRangeFacts[],
  at: string,
): readonly Objection[] =>
  pod.containers.flatMap((container) =>
    ranges.flatMap((range) =>
      faultsOf(container, range).map(({ found, expected, fix }) => ({
        at: `${at}, LimitRange/${range.name}`,
        found: `container ${container.name} of ${pod.name} with ${found}`,
        expected,
        fix: `${fix}, or change the LimitRange ${range.name}`,
      })),
    ),
  );

type Fault = Omit<Objection, "at">;

const faultsOf = (container: ContainerDemand, range: LimitRangeFacts): readonly Fault[] => [
  ...Object.entries(range.min).flatMap(([resource, least]) =>
    tooLittle(container, resource, least),
  ),
  ...Object.entries(range.max).flatMap(([resource, most]) => tooMuch(container, resource, most)),
  ...Object.keys(range.defaultLimits).flatMap((resource) => crossed(container, resource)),
];

function tooLittle(container: ContainerDemand, resource: string, least: number): readonly Fault[] {
  const wanted = { kind: "request", amount: container.requests[resource] } as const;
  const { amount } = wanted;
  if (amount !== undefined && amount >= least) return [];
  const min = describeAmount(resource, least);
  return [
    {
      found:
        amount === undefined
          ? `no ${resource} request, where at least ${min} is asked for`
          : `a ${resource} request of ${describeAmount(resource, amount)}, below the min of ${min}`,
      expected: `a request of at least ${min}`,
      fix: `raise the ${resource} request in the values`,
    },
  ];
}

function tooMuch(container: ContainerDemand, resource: string, most: number): readonly Fault[] {
  const amount = container.limits[resource];
  if (amount !== undefined && amount <= most) return [];
  const max = describeAmount(resource, most);
  return [
    {
      found:
        amount === undefined
          ? `no ${resource} limit, where at most ${max} is allowed`
          : `a ${resource} limit of ${describeAmount(resource, amount)}, above the max of ${max}`,
      expected: `a limit of at most ${max}`,
      fix: `${amount === undefined ? "set" : "lower"} the ${resource} limit in the values`,
    },
  ];
}

/** A default limit may come to less than the request that the container names itself. */
function crossed(container: ContainerDemand, resource: string): readonly Fault[] {
  const request = container.requests[resource];
  const limit = container.limits[resource];
  if (request === undefined || limit === undefined || request <= limit) return [];
  return [
    {
      found: `a ${resource} request of ${describeAmount(resource, request)}, above its limit of ${describeAmount(resource, limit)}`,
      expected: "a request that is no more than the limit",
      fix: `set the ${resource} limit in the values`,
    },
  ];
}
