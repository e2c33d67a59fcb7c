import { CLIS } from "../../../components/bamf/hosts/assets";
import { NO_SETTINGS } from "../../../components/hosts/gateway/gate-input";
import type { MachineInput } from "../../../components/hosts/machine/gate-input";
import type { MachineFacts } from "../../../components/hosts/machine/look";
import { observed } from "../../../components/upgrade/observation";
import { step } from "../../upgrade/gates/findings";
import { sum } from "../agents";
import { noFacts } from "../no-facts";

export const PATH = "/usr/local/bin/bamf";
export const ASSET = "bamf-linux-amd64";

/** A CLI of 0.10.0 on a machine where it may be replaced, changed as said. */
export const program = (change: Partial<MachineFacts> = {}): MachineFacts => ({
  machine: "linux x64",
  sha256: sum("a"),
  version: "0.10.0",
  leadsTo: PATH,
  beside: [],
  owner: undefined,
  hindrance: undefined,
  freeKiB: 204_800,
  ...change,
});

/** What the gates of this machine are asked about that program, on its way to 0.11.0. */
export const asked = (
  change: Partial<MachineFacts> = {},
  more: Partial<Pick<MachineInput, "needed" | "plan" | "known" | "settings" | "claim">> = {},
) => ({
  facts: { ...noFacts, program: observed(program(change)) },
  assets: CLIS,
  needed: [ASSET],
  known: { [sum("a")]: "0.10.0", [sum("b")]: "0.11.0" },
  wanted: { [ASSET]: sum("b") },
  plan: step("0.10.0", "0.11.0"),
  path: PATH,
  claim: { stack: "gateways/prod" },
  settings: { ...NO_SETTINGS, notesRead: undefined, consents: {} },
  at: (setting = "") => `gateways:bamfCli.${setting}`,
  ...more,
});
