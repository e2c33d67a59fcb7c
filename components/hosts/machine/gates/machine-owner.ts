import { gate, type Finding } from "../../../upgrade/finding";
import { ownerFindings } from "../../plan/owner-findings";
import type { MachineInput } from "../gate-input";
import { noteOf } from "../owner-note";

const { pass, warn, block } = gate("machine-owner");

/** Lets no program be changed that another stack keeps at a release, by the note beside it, unless somebody has consented to take it over. */
export function machineOwner({
  facts: { program },
  wanted,
  needed,
  path,
  claim,
  settings,
  at,
}: Pick<
  MachineInput,
  "facts" | "wanted" | "needed" | "path" | "claim" | "settings" | "at"
>): readonly Finding[] {
  // The gate machine-file speaks of one that nobody could look at.
  if (!program.observed) return [];
  const { sha256, owner, leadsTo } = program.value;
  const isThere = sha256 !== undefined && sha256 === wanted[needed[0] ?? ""];
  return ownerFindings(
    [{ at: path, owner, isThere, note: noteOf(leadsTo) }],
    path,
    { claim, consent: settings.consents.takeOver, consentAt: at("consents.takeOver") },
    { pass, warn, block },
  );
}
