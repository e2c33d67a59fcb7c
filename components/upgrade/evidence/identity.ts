import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { BackupRecord } from "./backup-record";
import type { Observation } from "../observation";
import type { Outputs } from "./stack-outputs";

/**
 * By what a stack has known a gateway since its first `up`, whatever stack and context are called today: a stack output, free of secrets. What must
 * not change with a name is made from this: names of dumps, the cluster's identity for the engine, what a verification was of.
 */
export const identitySchema = z.strictObject({
  /** Name of the stack, as in the names of the dumps. */
  stack: z.string(),
  /** Context and path of the kubeconfig. */
  context: z.string(),
  kubeconfig: z.string().optional(),
  /** By what the engine knows the cluster: `clusterIdentifier` of the provider in the state. */
  identifier: z.string().optional(),
  /** uid of the namespace kube-system, which tells one cluster from every other; absent if the role may not read it. */
  cluster: z.string().optional(),
});

export type Identity = z.infer<typeof identitySchema>;

/** What it is called today. */
export interface Names {
  readonly gateway: string;
  readonly stack: string;
  readonly context: string;
  readonly kubeconfig?: string | undefined;
}

/** The identity that a stack left behind under this name; undefined before the first `up` that left one. */
export const readIdentityRecord = (
  outputs: Observation<Outputs>,
  name: string,
): Identity | undefined =>
  identitySchema.safeParse(outputs.observed ? outputs.value[name] : undefined).data;

/**
 * The identity of a gateway: the recorded one, else what it is called today. A stack that was renamed before there was a record has its dumps under
 * the name that its last one carries.
 */
export const identityOf = (
  record: Identity | undefined,
  { gateway, stack, context, kubeconfig }: Names,
  lastBackup: Pick<BackupRecord, "dump"> | undefined,
): Identity =>
  record ?? {
    stack: stackInName(gateway, lastBackup?.dump) ?? stack,
    context,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };

/** The same identity with what the engine knows its cluster by. */
export const withIdentifier = (identity: Identity, identifier: string | undefined): Identity =>
  identifier === undefined ? identity : { ...identity, identifier };

/** The same identity with the cluster in which it was found, if none is recorded yet. */
export const withCluster = (identity: Identity, found: string | undefined): Identity =>
  identity.cluster !== undefined || found === undefined
    ? identity
    : { ...identity, cluster: found };

/** `prod` of `smoltbot-prod-20260102t030405z-before-1.1.0.dump.zst`. */
function stackInName(gateway: string, dump: string | undefined): string | undefined {
  if (dump?.startsWith(`${gateway}-`) !== true) return undefined;
  return /^(.+)-\d{8}t\d{6}z-before-/.exec(dump.slice(gateway.length + 1))?.[1];
}

/** {@link withIdentifier}, once the engine has reported it. */
export const identityIn = (
  identity: Identity,
  identifier: pulumi.Output<string | undefined>,
): pulumi.Output<Identity> => identifier.apply((found) => withIdentifier(identity, found));
