import { z } from "zod";
import type { HostWithUnit } from "../roll/over-ssh";

const name = z.string().min(1);

const sum = z.string().regex(/^[0-9a-f]{64}$/, "a sha256");

/** By what notes name the stack that asks, and from which one it may take what that keeps. */
export const claimSchema = z.strictObject({ stack: name, takeOver: name.optional() });

/** What each step on hosts is told: which hosts, in which groups, and what they are to run. */
export const hostsFieldsOfSteps = {
  target: z.literal("hosts"),
  /** The wanted release: `0.11.0`. */
  release: name,
  /** In their order; the last one is that of the wave, and those before it are to have come back by then. */
  groups: z
    .array(
      z.strictObject({
        name,
        size: z.number().int().positive(),
        mayMiss: z.number().min(0),
        hosts: z.array(name).min(1),
      }),
    )
    .min(1),
  /** How each host is reached, by its name. */
  hosts: z.record(
    name,
    z.strictObject({
      name,
      address: name,
      port: z.number().int().positive(),
      user: name,
      /** Its public key: no other one is trusted. */
      hostKey: name,
      identity: name.optional(),
      unit: name,
      /** True if a second instance may run beside its agent. */
      beside: z.boolean().default(false),
    }),
  ),
  /** Longest look at one host, in seconds. */
  answerWithinSeconds: z.number().positive().default(15),
  /** Name of the file of a release for each machine. */
  assets: z.record(name, name),
  /** What each of these files must hash to. */
  sums: z.record(name, sum),
};

/** The same as the step reads it. */
export type HostsOfStep = z.output<z.ZodObject<typeof hostsFieldsOfSteps>>;

/** The hosts by their names, as they are reached. */
export const reachedHosts = ({ hosts }: HostsOfStep): ReadonlyMap<string, HostWithUnit> =>
  new Map(Object.entries(hosts));

/** Name and sum of the file for a machine; a text says why there is none. */
export function fileFor(
  { assets, sums, release }: Pick<HostsOfStep, "assets" | "sums" | "release">,
  machine: string | undefined,
): { readonly asset: string; readonly sha256: string } | string {
  const asset = assets[machine ?? ""];
  if (asset === undefined)
    return `machine ${machine ?? "unknown"}: there are binaries for ${Object.keys(assets).join(", ")} alone`;
  const sha256 = sums[asset];
  return sha256 === undefined ? `no sum of ${asset} of ${release}` : { asset, sha256 };
}
