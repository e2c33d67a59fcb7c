import { configPaths } from "../../upgrade/config-paths";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { fingerprint } from "../../upgrade/fingerprint";
import { NO_DATABASES, type CoreSettings } from "../../upgrade/gate-input";
import type { Observation } from "../../upgrade/observation";
import type { Catalogue } from "../../upgrade/plan/catalogue";
import type { Consent } from "../../upgrade/plan/consent";
import { planUpgrade, type Plan } from "../../upgrade/plan/plan";
import type { AssetsFacts, AssetsInput } from "../gate-input";
import { ownershipOf, type Claim } from "../plan/owner";
import type { TakeOverConsent } from "../plan/owner-findings";
import { assetsInput, claimOf, NO_SETTINGS } from "../gateway/gate-input";
import { PROGRAMS_ONLY } from "../gateway/plan-hosts";
import type { MachineFacts } from "./look";
import type { MachineProduct } from "./product";
import type { MachineConfig } from "./settings";

/** Everything live that a gate may judge of a program of this machine. */
export interface MachineCoreFacts extends AssetsFacts {
  readonly program: Observation<MachineFacts>;
}

/** Everything that gates are asked about a program of this machine. */
export interface MachineInput extends AssetsInput {
  readonly facts: MachineCoreFacts;
  readonly settings: CoreSettings & {
    readonly consents: CoreSettings["consents"] & {
      readonly skew?: Consent | undefined;
      readonly takeOver?: TakeOverConsent | undefined;
    };
  };
  /** By what the note beside the program names this stack. */
  readonly claim: Claim;
  readonly path: string;
}

/** One program of this machine, and what was found of it. */
export interface MachineSubject {
  readonly product: MachineProduct;
  readonly config: MachineConfig;
  readonly catalogue: Catalogue;
  readonly facts: MachineCoreFacts;
  /** What this stack has verified so far, oldest first. */
  readonly history: readonly Evidence[];
  /** What this stack file wants of each gateway, by its name. */
  readonly releases: Readonly<Record<string, string>>;
}

/** What the gates are asked about a program of this machine, with its plan. */
export function machineInput(subject: MachineSubject): MachineInput {
  const { product, config, catalogue, facts } = subject;
  const { settings } = config;
  const { path } = settings.machine;
  const assets = assetsInput({ ...subject, place: settings.machine.assets });
  const machine = facts.program.observed ? facts.program.value.machine : undefined;
  const asset = product.assets[machine ?? ""];
  const claim = claimOf(settings, facts.identity);
  return {
    ...configPaths(product.name, config.instance),
    ...assets,
    name: config.name,
    product: { catalogue, requiredKeys: [], tagForms: {}, urlRules: [], isProbed: false },
    settings: { ...NO_SETTINGS, notesRead: settings.notesRead, consents: settings.consents },
    secrets: {},
    promotion: config.promotion,
    databases: NO_DATABASES,
    release: { ...assets.release, configHash: machineHash(config, assets.wanted) },
    facts,
    plan: planMachine(settings.version, { ...assets, facts, path, asset, claim }),
    running: undefined,
    claim,
    removal: { takes: "nothing of this machine", leaves: "the program as it is" },
    needed: asset === undefined ? [] : [asset],
    path,
  };
}

/** Says what exactly is rolled out: release, sums and path. */
export const machineHash = (
  { settings: { version, machine } }: MachineConfig,
  sums: AssetsInput["wanted"],
): string => fingerprint({ release: version, path: machine.path, sums });

/** Plans from what was verified last and from what lies at the path, by its sum. */
function planMachine(
  to: string,
  {
    facts,
    known,
    wanted,
    path,
    asset,
    claim,
  }: Pick<MachineInput, "facts" | "known" | "wanted" | "path" | "claim"> & {
    readonly asset: string | undefined;
  },
): Plan {
  const verified = facts.own.observed ? facts.own.value : undefined;
  const here = facts.program.observed ? facts.program.value.sha256 : undefined;
  const running = known[here ?? ""];
  const sum = wanted[asset ?? ""];
  // Another machine may have verified it: what lies here asks by itself, and so does what another stack keeps and the operator has consented to take over.
  const isBehind = facts.program.observed && sum !== undefined && here !== sum;
  const isTaken =
    facts.program.observed && ownershipOf(facts.program.value.owner, claim) === "taken";
  const what = isBehind ? "not at the release" : `kept by ${claim.takeOver ?? ""} so far`;
  const occasion =
    verified?.version === to && (isBehind || isTaken)
      ? `${path} of this machine ${what}; last verified ${verified.verifiedAt}`
      : (verified?.occasion ?? "");
  return planUpgrade({
    wanted: to,
    running: running === undefined ? [] : [running],
    ...(verified === undefined ? {} : { verified: verified.version }),
    occasion,
    hops: PROGRAMS_ONLY,
  });
}
