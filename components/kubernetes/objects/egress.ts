import { z } from "zod";
import { labelSelector, selects } from "./label-selector";

const portRule = z.object({
  protocol: z.string().default("TCP"),
  port: z.union([z.number(), z.string()]).optional(),
  endPort: z.number().optional(),
});
const policyShape = z.object({
  kind: z.literal("NetworkPolicy").optional(),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    podSelector: labelSelector.prefault({}),
    policyTypes: z.array(z.string()).optional(),
    egress: z.array(z.object({ ports: z.array(portRule).optional() })).optional(),
  }),
});

type Policy = z.infer<typeof policyShape>;

/**
 * True if a pod with those labels may reach a TCP port somewhere: if no policy limits what leaves it, or one of those that do
 * lets it out there. To which addresses a rule applies is not looked at, since what a name stands for is not known here.
 *
 * Source: `kubernetes/api@v0.34.4:networking/v1/types.go` (NetworkPolicySpec; policies are additive).
 */
export function mayLeaveTo(
  port: number,
  labels: Readonly<Record<string, string>>,
  policies: readonly unknown[],
): boolean {
  const limiting = policies
    .flatMap((policy) => policyShape.safeParse(policy).data ?? [])
    .filter((policy) => limitsEgress(policy) && selects(policy.spec.podSelector, labels));
  return limiting.length === 0 || limiting.some((policy) => letsOut(policy, port));
}

const limitsEgress = ({ spec: { policyTypes, egress } }: Policy): boolean =>
  policyTypes === undefined ? egress !== undefined : policyTypes.includes("Egress");

const letsOut = ({ spec }: Policy, wanted: number): boolean =>
  (spec.egress ?? []).some(
    ({ ports = [] }) =>
      ports.length === 0 ||
      ports.some(
        ({ protocol, port, endPort }) =>
          protocol === "TCP" &&
          (port === undefined ||
            (typeof port === "number" && wanted >= port && wanted <= (endPort ?? port))),
      ),
  );
