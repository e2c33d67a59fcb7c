import * as pulumi from "@pulumi/pulumi";
import pMap from "p-map";
import type { Identity } from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readEvidence, readHistory } from "../../upgrade/evidence/read-evidence";
import type { StackOutputs } from "../../upgrade/evidence/stack-outputs";
import type { ImageFacts } from "../../upgrade/facts";
import { observe, observed, unavailable, type Observation } from "../../upgrade/observation";
import { lookAtAgent } from "../api/agent-program";
import { HOSTS_AT_ONCE } from "../api/run-on-host";
import { readSums, sizeOfAsset, type Sums } from "../facts/assets";
import { hostFacts, type HostFacts } from "../facts/host-facts";
import type { AssetsFacts, HostsCoreFacts } from "../gate-input";
import type { HostWithUnit } from "../roll/over-ssh";
import type { Followed, HostsProduct } from "./product";
import { assetImage, assetNames, hostsOf, verifiedSums, wantedSums } from "./release";
import type { HostsConfig } from "./settings";

/** Looks at the releases that a gateway of this stack runs now; undefined if there is none of that name, or it is in no cluster. @throws Error if nobody could look */
export type Running = (gateway: string) => Promise<readonly string[]> | undefined;

/** The ways to what is live, so that a test can hand in others. */
export interface Sources {
  readonly outputs: StackOutputs;
  /** Fails if the host does not answer in time. */
  readonly host: (host: HostWithUnit, limitSeconds: number) => Promise<HostFacts>;
  readonly sums: typeof readSums;
  readonly size: typeof sizeOfAsset;
  /** @defaultValue nobody can look */
  readonly running?: Running | undefined;
}

/** The real ones. @param outputs - shared by all gateways of a run */
export const realSources = (outputs: StackOutputs, running?: Running): Sources => ({
  outputs,
  running,
  host: async (host, limitSeconds) =>
    hostFacts(await lookAtAgent(host, host.unit, { limitSeconds, beside: host.beside })),
  sums: readSums,
  size: sizeOfAsset,
});

/** One look at everything live, all hosts side by side and without a change: only gates and reports may read it (law 1). */
export async function lookAtHosts(
  product: HostsProduct,
  config: HostsConfig,
  { outputs, host: lookAt, sums: read, size, running }: Sources,
  record: Identity | undefined,
): Promise<HostsCoreFacts> {
  const { name, settings, promotion } = config;
  const { version, hosts: place } = settings;
  const { evidence, history: historyAt } = outputNames(name);
  const [looks, sums, own, staging, followed] = await Promise.all([
    pMap(
      Object.values(hostsOf(place)),
      async (host) =>
        [host.name, await observe(() => lookAt(host, place.answerWithinSeconds))] as const,
      { concurrency: HOSTS_AT_ONCE },
    ),
    observe(() => read(place.assets, version)),
    outputs(pulumi.getStack()),
    promotion && outputs(promotion.from),
    lookAtFollowed(product.follows(settings), { outputs, running }),
  ]);
  const hosts = Object.fromEntries(looks);
  const names = assetNames(product.assets);
  const wanted = wantedSums(sums, verifiedSums(readHistory(own, historyAt), version, names), names);
  const missing = toBring(product.assets, hosts, wanted);
  const sizes = await Promise.all(
    missing.map(
      async (asset) => [asset, await observe(() => size(place.assets, version, asset))] as const,
    ),
  );
  return {
    now: Date.now(),
    hosts,
    sums,
    sizes: Object.fromEntries(sizes),
    ...followed,
    images: imageFacts(wanted, version, names),
    ...withoutDatabase,
    identity: record,
    own: readEvidence(own, evidence),
    staging: staging && readEvidence(staging, evidence),
  };
}

/** Files that some host does not have yet, neither in use, kept, nor executed. */
const toBring = (
  assets: Readonly<Record<string, string>>,
  hosts: HostsCoreFacts["hosts"],
  wanted: Sums,
): readonly string[] => [
  ...new Set(
    Object.values(hosts).flatMap((look) => {
      if (!look.observed) return [];
      const { machine = "", sha256, kept, running } = look.value;
      const asset = assets[machine];
      const sum = asset === undefined ? undefined : wanted[asset];
      return asset === undefined || sum === undefined || [sha256, kept, running].includes(sum)
        ? []
        : [asset];
    }),
  ),
];

/** What is known of a database, its dumps and their restore where there is none. */
export const withoutDatabase = {
  database: undefined,
  store: unavailable("there is no database to save"),
  restore: unavailable("there is no database to restore"),
};

/** The files of the wanted release, as gates ask about images. */
export const imageFacts = (
  wanted: Sums,
  release: string,
  names: readonly string[],
): Readonly<Record<string, Observation<ImageFacts>>> =>
  Object.fromEntries(
    names.map((asset) => {
      const sum = wanted[asset];
      return [
        assetImage(asset, release),
        sum === undefined
          ? unavailable("nobody tells its sum")
          : observed({ exists: true, digests: [`sha256:${sum}`] }),
      ];
    }),
  );

/** The release of what a product follows, as it was verified last or as the stack file tells it, and what runs of it now, where one can look from here. */
export async function lookAtFollowed(
  follows: Followed | undefined,
  { outputs, running }: Pick<Sources, "outputs" | "running">,
): Promise<Pick<AssetsFacts, "followed" | "followedLive">> {
  if (follows === undefined) return { followed: undefined };
  if ("release" in follows) return { followed: observed(follows.release) };
  const { gateway, stack = pulumi.getStack() } = follows;
  const [found, followedLive] = await Promise.all([
    outputs(stack),
    stack === pulumi.getStack() ? lookAtRunning(gateway, running) : undefined,
  ]);
  const evidence = readEvidence(found, outputNames(gateway).evidence);
  return {
    followed: evidence.observed ? observed(evidence.value?.version) : evidence,
    followedLive,
  };
}

/** Undefined where nobody can look. */
async function lookAtRunning(
  gateway: string,
  running: Running | undefined,
): Promise<AssetsFacts["followedLive"]> {
  const looking = running?.(gateway);
  return looking === undefined ? undefined : observe(() => looking);
}
