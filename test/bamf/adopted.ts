import { join } from "node:path";
import { SHARED_KEYS } from "../../components/bamf/pod-secrets";
import { bamf } from "../../components/bamf/product";
import { renderBamf, type BamfRelease } from "../../components/bamf/release";
import { openCluster } from "../../components/kubernetes/api/client";
import type { AdoptionFacts } from "../../components/kubernetes/facts/cluster-facts";
import { readAdoptionFacts } from "../../components/kubernetes/facts/read-adoption";
import { adoptedObjects } from "../../components/kubernetes/gates/adopted-objects";
import { adoptedSecret } from "../../components/kubernetes/gates/adopted-secret";
import { declaredObjects } from "../../components/kubernetes/gateway/declared-objects";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import { observed } from "../../components/upgrade/observation";
import { valueAt, type Values } from "../../components/upgrade/values";
import { withApi } from "../kubernetes/stand-in-api";
import { spoken } from "../upgrade/gates/findings";
import { exampleBamf } from "./example";
import { answersOf, helmInstalled, secretValue } from "./helm-installed";

const URL_OF_DATABASE = "postgresql://bamf:pa55w0rd@db.example:5432/bamf?sslmode=require";
/** A database and a Redis that are elsewhere. */
export const stores: Values = {
  postgresql: { external: { host: "db.example", password: "pa55w0rd" } },
  redis: { external: { host: "cache" } },
};
/** Those that the chart brings. */
export const bundled: Values = Object.fromEntries(
  ["postgresql", "redis"].map((store) => [
    store,
    { bundled: { enabled: true }, external: { enabled: false } },
  ]),
);
/** What the chart has no default for, and web pages. */
export const needed: Values = {
  gateway: { hostname: "bamf.example", tunnelDomain: "tunnel.example" },
  core: { ...stores, web: { standalone: true } },
};
/** Agents of the chart. */
export const agent: Values = {
  agent: { enabled: true, config: { name: "a" }, joinToken: "join-token" },
};

/** An install by Helm, and what the stack file and the chart come to for it. */
export interface Installed {
  readonly live: readonly KubernetesObject[];
  readonly release: BamfRelease;
  readonly facts: AdoptionFacts;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Installs a release and looks at it.
 *
 * @param folder - in which charts are written
 * @param wanted - the values of the stack file. @defaultValue those that Helm was given, without what stands in a Secret
 * @param changed - secrets of the stack file that are others than those of the install. @defaultValue none
 */
export async function installIn(
  folder: string,
  tag: string,
  values: Values,
  wanted: Values = values,
  changed: Readonly<Record<string, string>> = {},
): Promise<Installed> {
  const live = await helmInstalled(tag, values, folder);
  const settings = exampleBamf({
    version: tag.slice(1),
    adopt: true,
    chart: { path: join(folder, "bamf-{version}") },
    values: wanted,
  });
  const secrets = {
    DATABASE_URL: URL_OF_DATABASE,
    BAMF_PROXY_INTERNAL_TOKEN: secretValue(live, "bamf-proxy-token", "token"),
    BAMF_BRIDGE_BOOTSTRAP_TOKEN: secretValue(live, "bamf-bridge-bootstrap", "token"),
    BAMF_JOIN_TOKEN: "join-token",
    ...changed,
  };
  const release = await renderBamf(settings, secrets);
  const config = { name: "bamf", settings, secrets };
  const facts = await withApi(answersOf(live), async (kubeconfig) =>
    readAdoptionFacts({
      client: await openCluster({ kubeconfig }),
      namespace: "bamf",
      release: "bamf",
      objects: declaredObjects(release).map(({ apiVersion, kind, metadata }) => ({
        apiVersion,
        kind,
        name: metadata.name,
      })),
      secrets: bamf.adoptedSecrets!(config),
      secretKey: (secret) => bamf.adoptedKey!(release.names, secret),
    }),
  );
  return { live, release, facts, secrets };
}

/** What the gate of the objects says. */
export const judge = ({ facts, release }: Installed) =>
  adoptedObjects({ adoption: observed(facts), objects: declaredObjects(release), at: "place" });
/** What the gate of the Secrets says. */
export const judgeSecret = ({ facts }: Installed) =>
  adoptedSecret({
    adoption: observed(facts),
    secret: "bamf",
    shared: SHARED_KEYS,
    place: { context: "prod", namespace: "bamf" },
    at: (key) => ["gateways:bamfSecrets", ...(key === undefined ? [] : [key])].join("."),
  });
/** What of it stops a run. */
export const stops = (findings: ReturnType<typeof judge>) =>
  spoken(findings.filter(({ verdict }) => verdict === "block" || verdict === "unknown"));
/** True for what applies no pods. */
export const isPodless = ({ spec }: KubernetesObject) => valueAt(spec, ["template"]) === undefined;
