import { configPaths } from "../../upgrade/config-paths";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { NO_DATABASES } from "../../upgrade/gate-input";
import type { HostsCoreFacts, HostsInput } from "../gate-input";
import type { AssetsPlace } from "../facts/assets";
import type { HostsProduct } from "./product";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import { planHosts } from "./plan-hosts";
import {
  assetImages,
  assetNames,
  configHash,
  groupsOf,
  knownReleases,
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
}

/** What the gates are asked about one product on hosts, with its plan. */
export function gateInput({ product, config, catalogue, facts, history }: GateSubject): HostsInput {
  const { name, settings, secrets, promotion } = config;
  const { version, hosts: place } = settings;
  const names = assetNames(product.assets);
  const verified = verifiedSums(history, version, names);
  const wanted = wantedSums(facts.sums, verified, names);
  const known = knownReleases(history, names, { release: version, sums: wanted });
  const groups = groupsOf(place);
  return {
    ...configPaths(product.name),
    name,
    product: { catalogue, requiredKeys: [], tagForms: {}, urlRules: [] },
    settings: settingsOf(config),
    secrets,
    promotion,
    databases: NO_DATABASES,
    release: {
      configHash: configHash(place, version, wanted),
      images: assetImages(product.assets, version),
      chart: undefined,
      settings: [],
    },
    facts,
    plan: planHosts(version, { groups, facts, known, assets: product.assets, wanted }),
    running: undefined,
    removal: { takes: "nothing of a host", leaves: "every agent as it runs" },
    groups,
    assets: product.assets,
    assetsAt: assetsInWords(place.assets),
    wanted,
    verified,
    known,
    follows: followedInWords(product.follows(settings)),
  };
}

/** What gates ask of settings that a product on hosts does not have. */
const settingsOf = ({ settings }: HostsConfig): HostsInput["settings"] => ({
  notesRead: settings.notesRead,
  consents: settings.consents,
  sessions: settings.sessions,
  adopt: false,
  values: {},
  backup: { maxAgeMinutes: 0, unseenRoomGiB: 0, exclude: { eventTriggers: [], extensions: [] } },
  verify: {},
});

const assetsInWords = ({ url, folder }: AssetsPlace): string => url ?? folder ?? "";

function followedInWords(follows: ReturnType<HostsProduct["follows"]>): string | undefined {
  if (follows === undefined) return undefined;
  if ("release" in follows) return "what the stack file tells of";
  const { gateway, stack } = follows;
  return `gateway ${gateway} of ${stack === undefined ? "this stack" : `stack ${stack}`}`;
}
