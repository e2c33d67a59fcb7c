import { valid } from "semver";
import { z } from "zod";
import type { ConfiguredProduct } from "../../config/keys";
import { gatewayFields } from "../../config/schema";
import { coreGates } from "../../hosts/core-gates";
import { assetsGate } from "../../hosts/gates/list";
import { machineGates } from "../../hosts/machine/gates/list";
import type { MachineInput } from "../../hosts/machine/gate-input";
import type { MachineProduct } from "../../hosts/machine/product";
import type { OnMachine } from "../../hosts/machine/settings";
import { askGates, type Gate } from "../../upgrade/gate";
import { followedApi, followedFields, onlyOneTells, stackOfGateway } from "../apart/followed-api";
import { apartGates } from "../apart/gates/list";
import { knownReleases, newsIn } from "../catalogue";
import { CLIS } from "../hosts/assets";

const { version, catalogue, adopt, notesRead, consents, backup, rollout, verify } = gatewayFields;

/** Everything that a stack file may say about the CLI of BAMF, in the order of the reference; a target leaves out what it does not have. */
const bamfCliSchema = z.strictObject({
  version,
  catalogue,
  api: z
    .strictObject(followedFields("the CLI"))
    .refine(...onlyOneTells)
    .refine(...stackOfGateway)
    .optional()
    .describe("The API that the CLI speaks to. Default: nothing tells its release."),
  adopt,
  notesRead,
  consents,
  backup,
  rollout,
  verify,
});

/** All gates of the CLI: those that hold everywhere, those of the files of a release, those of the target, and its own. */
export const allGatesOnMachine: readonly Gate<MachineInput>[] = [
  ...coreGates,
  assetsGate,
  ...machineGates,
  ...apartGates<MachineInput>({ part: "cli", fleets: fleetsOf }),
];

/** A CLI tells its release by itself, also one that this stack does not know. */
function fleetsOf({ facts: { program }, known, path }: MachineInput) {
  if (!program.observed) return [];
  const { sha256, version: said } = program.value;
  const name = `CLI at ${path}`;
  if (sha256 === undefined) return [{ name, releases: [], lastSeen: [], unknown: [] }];
  // One that is built by hand says `dev`.
  const release = known[sha256] ?? valid(said) ?? undefined;
  return [
    {
      name,
      releases: release === undefined ? [] : [release],
      lastSeen: [],
      unknown: release === undefined ? [path] : [],
    },
  ];
}

/** The CLI of BAMF on the machine on which `pulumi` runs. */
export const bamfCli: ConfiguredProduct & MachineProduct<OnMachine<z.infer<typeof bamfCliSchema>>> =
  {
    name: "bamfCli",
    targets: ["machine"],
    settings: bamfCliSchema,
    assets: CLIS,
    // Source: mattrobinsonsre/bamf@v0.11.0, `bamf version --json`: version, git_commit, build_time; with or without `v`.
    versionWords: ["version", "--json"],
    credentials: ".bamf",
    catalogue: async ({ catalogue }) => newsIn(await knownReleases(catalogue)),
    follows: ({ api }) => followedApi(api),
    ask: (input, all) => askGates(allGatesOnMachine, input, all),
  };
