import type { Evidence } from "../evidence/evidence";
import { headName } from "./head-name";
import type { RestoreQuestion } from "./restore-need";

export interface OccasionQuestion extends Pick<RestoreQuestion, "wanted" | "migrations"> {
  /** This stack's own last evidence; undefined before the first. */
  readonly verified?:
    Pick<Evidence, "version" | "schemaHead" | "verifiedAt" | "occasion"> | undefined;
  /** True if a restore has taken migrations away that nobody has applied again. @defaultValue false */
  readonly undone?: boolean;
  /** What runs; undefined if nobody could look. */
  readonly live?: {
    /** Releases of the pods. */
    readonly running: readonly string[];
    /** True if a restore has stopped a workload. */
    readonly stopped: boolean;
  };
}

/**
 * What asks for a rollout and a verification although no workload is declared anew: the world is another than the verified one, as a run leaves it that was killed
 * between its migration and its rollout, or while a restore had stopped the pods. Once verified, it is what the evidence says, so that it asks once; "" if
 * nothing asks.
 */
export function occasionOf({
  wanted,
  verified,
  migrations,
  undone = false,
  live,
}: OccasionQuestion): string {
  if (verified === undefined) return "";
  const head = migrations.observed ? (migrations.value?.at(-1) ?? "") : verified.schemaHead;
  const others = live?.running.filter((release) => release !== verified.version) ?? [];
  const moved = [
    ...(head === verified.schemaHead ? [] : [`schema at ${headName(head)}`]),
    ...(others.length === 0 ? [] : [`${others.toSorted().join(" and ")} running`]),
    // What the schema step has done for the wanted release, it may have done before the restore.
    ...(undone && migrations.observed && wanted !== verified.version
      ? ["a database that was restored"]
      : []),
    ...(live?.stopped === true ? ["stopped by a restore"] : []),
  ];
  return moved.length === 0
    ? (verified.occasion ?? "")
    : `${moved.join(", ")}, since ${verified.verifiedAt}`;
}
