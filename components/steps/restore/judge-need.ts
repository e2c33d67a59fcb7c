import { basename } from "node:path";
import { headName } from "../../upgrade/plan/head-name";
import { isPast } from "../../upgrade/plan/restore-need";
import { StepFailure } from "../../upgrade/step-io";
import { dumpToGoBackTo, type DumpToChoose } from "../../dumps/dump-to-go-back-to";
import type { RestoreInput } from "../restore-input";

/**
 * Refuses a restore that nothing needs at this moment: the consent for it was left over, or is meant for another dump. What it would exchange are
 * rows that the wanted release could keep (S-48).
 *
 * @param dumps - all proven dumps of this gateway and stack.
 * @param head - last migration of the live database, or "".
 * @throws StepFailure
 */
export function judgeNeed(
  { release, dump }: Pick<RestoreInput, "release" | "dump">,
  dumps: readonly DumpToChoose[],
  head: string,
): void {
  const refuse = (found: string): never => {
    throw new StepFailure(
      `${dump} is not restored: ${found}`,
      "remove consents.restore from the stack file; the database stays as it is",
    );
  };
  const candidate = dumpToGoBackTo(dumps, release);
  if (candidate === undefined || basename(candidate.path) !== dump)
    return refuse(`it is not the dump that ${release} would need to go back across a major`);
  if (isPast(candidate, dumps, release))
    return refuse(`the gateway has come home to ${release}'s major since it was taken`);
  if (candidate.schemaHead === head)
    refuse(`the schema is that of the dump already (${headName(head)})`);
}
