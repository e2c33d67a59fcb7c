import { gate, type Finding } from "../../../upgrade/finding";
import type { MachineInput } from "../gate-input";

const { pass, warn, block } = gate("program-in-use");

/**
 * Tells what lies at the path: a release, nothing, or something that nobody knows, which a swap keeps beside the new one. It takes the place of no other program: a path that was named by
 * mistake has something at it that does not answer as this one does.
 */
export function programInUse({
  facts: { program },
  known,
  wanted,
  needed,
  path,
  plan,
}: Pick<
  MachineInput,
  "facts" | "known" | "wanted" | "needed" | "path" | "plan"
>): readonly Finding[] {
  // The gate machine-file speaks of it.
  if (!program.observed) return [];
  const { sha256, version } = program.value;
  const isWanted = sha256 === wanted[needed[0] ?? ""];
  // Another machine has verified it, or somebody has changed this one since.
  const behind = (found: string): Finding =>
    warn({
      at: path,
      found,
      expected: `${plan.to}, which was verified last`,
      fix: "nothing; this run puts it there",
    });
  const isBehind = plan.verified === plan.to && !isWanted;
  if (sha256 === undefined)
    return isBehind
      ? [behind("nothing there")]
      : [pass({ at: path, found: `nothing there yet; ${plan.to} is put there` })];
  const release = known[sha256];
  const says = version === undefined ? "does not run here" : `says that it is ${version}`;
  if (release === undefined && version === undefined)
    return [
      block({
        at: path,
        found: `a file of no release that this stack knows (sha256 ${sha256.slice(0, 12)}), which does not tell a version`,
        expected: "nothing, or this program in some release",
        fix: "correct the path, or move that file away",
      }),
    ];
  if (release === undefined)
    return [
      warn({
        at: path,
        found: `a file of no release that this stack knows (sha256 ${sha256.slice(0, 12)}), which ${says}`,
        expected: "a release that this stack has verified, or wants",
        fix: `nothing, if ${plan.to} may take its place; it is kept as ${path}.gateways-old`,
      }),
    ];
  if (version !== release)
    return [
      warn({
        at: path,
        found: `the file of ${release}, which ${says}`,
        expected: `one that says that it is ${release}`,
        fix: "see whether it is made for this machine, and whether it may be executed",
      }),
    ];
  if (isBehind) return [behind(release)];
  const next = isWanted ? "" : `; ${plan.to} takes its place`;
  return [pass({ at: path, found: `${release}${next}` })];
}
