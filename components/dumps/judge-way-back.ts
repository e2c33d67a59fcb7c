import { gt, valid } from "semver";
import { isOfMajor } from "../upgrade/plan/plan";
import { StepFailure } from "../upgrade/step-io";
import type { Manifest } from "./manifest";
import type { SaveInput } from "./save-input";

/**
 * Refuses an upgrade across a major whose dump the role could not put back: going back would need exactly that. Within a major nothing is restored.
 *
 * @throws StepFailure; the dump is kept.
 */
export function judgeWayBack(
  {
    noWayBack = [],
    path,
    running,
    release,
  }: Pick<Manifest, "noWayBack" | "path" | "running" | "release">,
  { mayLackWayBack }: Pick<SaveInput, "mayLackWayBack">,
): void {
  const isLeft = (one: string): boolean =>
    valid(one) !== null && gt(release, one) && !isOfMajor(one, release);
  if (noWayBack.length === 0 || mayLackWayBack || !running.some(isLeft)) return;
  throw new StepFailure(
    `${path} is proven, but this role could not put it in the place of the live database: ${noWayBack.join("; ")}; going back from ${release} would need that`,
    `let the role act for the owners that are named (GRANT ... TO ...), or name a role that may; or, if an administrator would restore it by hand, set consents.noWayBack to { release: "${release}", reason: "..." }`,
  );
}
