import * as pulumi from "@pulumi/pulumi";
import { configPaths } from "../../upgrade/config-paths";
import type { Evidence } from "../../upgrade/evidence/evidence";
import type { Identity } from "../../upgrade/evidence/identity";
import { NO_DATABASES, type CoreSettings } from "../../upgrade/gate-input";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { AssetsFacts, AssetsInput, HostsCoreFacts, HostsInput } from "../gate-input";
import type { AssetsPlace } from "../facts/assets";
import type { Claim } from "../plan/owner";
import type { TakeOverConsent } from "../plan/owner-findings";
import type { Followed, HostsProduct } from "./product";
import { planHosts } from "./plan-hosts";
import {
  assetImages,
  assetNames,
  configHash,
  groupsOf,
  hostsOf,
  knownReleases,
  neededOn,
  verifiedHosts,
  verifiedSums,
  wantedSums,
} from "./release";
import type { HostsConfig } from "./settings";

/** One product on hosts, and what was found of it. */
export interface GateSubject {
  readonly product: HostsProduct;
  readonly config: HostsConfig;
  readonly catalogue: Catalogue;
  readonly facts: HostsCoreFacts;
  /** What this stack has verified so far, oldest first. */
  readonly history: readonly Evidence[];
  /** What this stack file wants of each gateway, by its name. */
  readonly releases: Readonly<Record<string, string>>;
}

/** What the gates are asked about one product on hosts, with its plan. */
export function gateInput(subject: GateSubject): HostsInput {
  const { product, config, catalogue, facts, history } = subject;
  const { name, settings, secrets, promotion } = config;
  const { version, hosts: place } = settings;
  const assets = assetsInput({ ...subject, place: place.assets });
  const groups = groupsOf(place);
  const claim = claimOf(settings, facts.identity);
  return {
    ...configPaths(product.name, config.instance),
    ...assets,
    name,
    product: { catalogue, requiredKeys: [], tagForms: {}, urlRules: [], isProbed: false },
    settings: settingsOf(config),
    secrets,
    promotion,
    databases: NO_DATABASES,
    release: { ...assets.release, configHash: configHash(place, version, assets.wanted) },
    facts,
    plan: planHosts(version, { ...assets, groups, facts, claim }),
    running: undefined,
    removal: { takes: "nothing of a host", leaves: "every agent as it runs" },
    claim,
    needed: neededOn(Object.values(facts.hosts), product.assets),
    groups,
    besideOn: Object.values(hostsOf(place)).flatMap(({ name: host, beside }) =>
      beside === true ? [host] : [],
    ),
    lastSeen: verifiedHosts(history),
  };
}

/**
 * By what notes name this stack, whatever it is called today, and from which one it may take what is kept.
 *
 * @param record - by what it was known at its first `up`
 */
export const claimOf = (
  {
    version,
    consents: { takeOver },
  }: {
    readonly version: string;
    readonly consents: { readonly takeOver?: TakeOverConsent | undefined };
  },
  record: Identity | undefined,
): Claim => ({
  stack: `${pulumi.getProject()}/${record?.stack ?? pulumi.getStack()}`,
  ...(takeOver?.release === version ? { takeOver: takeOver.stack } : {}),
});

/** What follows from the files of a release, wherever they go. */
export interface AssetsSubject {
  readonly product: {
    readonly assets: Readonly<Record<string, string>>;
    follows(settings: object): Followed | undefined;
  };
  readonly config: { readonly settings: { readonly version: string } };
  readonly facts: AssetsFacts;
  readonly history: readonly Evidence[];
  readonly releases: Readonly<Record<string, string>>;
  readonly place: AssetsPlace;
}

/** What the gates are asked about the files of the wanted release, and about what it may not be newer than. */
export function assetsInput({ product, config, facts, history, releases, place }: AssetsSubject) {
  const { version } = config.settings;
  const names = assetNames(product.assets);
  const verified = verifiedSums(history, version, names);
  const wanted = wantedSums(facts.sums, verified, names);
  const follows = product.follows(config.settings);
  const stack = pulumi.getStack();
  return {
    assets: product.assets,
    assetsAt: place.url ?? place.folder ?? "",
    wanted,
    verified,
    known: knownReleases(history, names, { release: version, sums: wanted }),
    follows: followedInWords(follows),
    followedTo:
      follows !== undefined && "gateway" in follows && (follows.stack ?? stack) === stack
        ? releases[follows.gateway]
        : undefined,
    release: { images: assetImages(product.assets, version), chart: undefined, settings: [] },
  } satisfies Partial<Omit<AssetsInput, "release">> & { readonly release: object };
}

/** What gates ask of settings that programs without pods and a database do not have. */
export const NO_SETTINGS: Omit<CoreSettings, "consents" | "notesRead"> = {
  adopt: false,
  values: {},
  backup: { maxAgeMinutes: 0, unseenRoomGiB: 0, exclude: { eventTriggers: [], extensions: [] } },
  verify: {},
};

const settingsOf = ({ settings }: HostsConfig): HostsInput["settings"] => ({
  ...NO_SETTINGS,
  notesRead: settings.notesRead,
  consents: settings.consents,
  sessions: settings.sessions,
});

function followedInWords(follows: Followed | undefined): string | undefined {
  if (follows === undefined) return undefined;
  if ("release" in follows) return "what the stack file tells of";
  const { gateway, stack } = follows;
  return `gateway ${gateway} of ${stack === undefined ? "this stack" : `stack ${stack}`}`;
}
