import type { Evidence } from "../evidence/evidence";
import { headName } from "./head-name";
import type { RestoreQuestion } from "./restore-need";

export interface OccasionQuestion extends Pick<RestoreQuestion, "wanted" | "migrations"> {
  /** This stack's own last evidence; undefined before the first. */
  readonly verified?:
    Pick<Evidence, "version" | "schemaHead" | "verifiedAt" | "occasion"> | undefined;
  /** Name under which a restore has kept the database whose migrations it has taken away; undefined if none has, or if they were applied again. */
  readonly undone?: string | undefined;
  /** What runs; undefined if nobody could look. */
  readonly live?: {
    /** Releases of the pods. */
    readonly running: readonly string[];
    /** Which stop it was, if a restore has stopped a workload: `gateway at generation 7`. */
    readonly stopped: string | undefined;
    /** Workloads whose old pods a run that was cut off has left waiting for their turns: `bamf-agent at generation 7`. */
    readonly held?: string | undefined;
    /** What takes requests in the place of what was verified, though it may be of the same release: `smoltbot-gateway-1-1-0-1-ab12cd`. */
    readonly elsewhere?: string | undefined;
    /** What should serve and does not, in the words of its place: `no pod of gateway ready`. */
    readonly down?: string | undefined;
  };
}

/**
 * What asks for a rollout and a verification although no workload is declared anew: the world is another than the verified one, as a run leaves it that was killed
 * between its migration and its rollout, while a restore had stopped the pods, while old pods were held for new ones that nobody has declared, while others take the
 * requests, or after none of them was ready any more. Once verified, it is what the evidence says, so that it asks once; "" if nothing asks. It names which restore, which stop and which hold it was:
 * another one asks again, also if neither was ever verified.
 */
export function occasionOf({
  wanted,
  verified,
  migrations,
  undone,
  live,
}: OccasionQuestion): string {
  const here = hereAndNow(live);
  // What a first run has declared before it was killed, and what has happened to it since, no other one would ask for.
  if (verified === undefined)
    return here.length === 0 ? "" : `${here.join(", ")}; not verified yet`;
  const head = migrations.observed ? (migrations.value?.at(-1) ?? "") : verified.schemaHead;
  const isMoved =
    migrations.observed && (wanted !== verified.version || head !== verified.schemaHead);
  const others = live?.running.filter((release) => release !== verified.version) ?? [];
  const moved = [
    ...(head === verified.schemaHead ? [] : [`schema at ${headName(head)}`]),
    ...(others.length === 0 ? [] : [`${others.toSorted().join(" and ")} running`]),
    // What the schema step has done for the wanted release, it may have done before the restore.
    ...(undone !== undefined && isMoved ? [`a database that was restored beside ${undone}`] : []),
    ...here,
  ];
  return moved.length === 0
    ? (verified.occasion ?? "")
    : `${moved.join(", ")}; last verified ${verified.verifiedAt}`;
}

/** What no evidence is needed for to be seen. */
const hereAndNow = (live: OccasionQuestion["live"]): readonly string[] => [
  ...(live?.elsewhere === undefined ? [] : [`requests at ${live.elsewhere}`]),
  ...(live?.down === undefined ? [] : [live.down]),
  ...(live?.stopped === undefined ? [] : [`stopped by a restore (${live.stopped})`]),
  ...(live?.held === undefined ? [] : [`old pods held (${live.held})`]),
];
