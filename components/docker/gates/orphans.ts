import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Consent } from "../../upgrade/plan/consent";
import { COMPOSE, projectOf } from "../compose/read-project";
import type { HostFacts } from "../facts/host-facts";

const { pass, warn, unknown } = gate("orphans");

/** What this gate looks at. */
export interface OrphansArgs {
  readonly host: Observation<Pick<HostFacts, "containers">>;
  /** Compose project that is or was taken over; undefined if there is none. */
  readonly project: string | undefined;
  /** Services that ran once and that newer Compose files lack. */
  readonly finished: readonly string[];
  /** The wanted release. */
  readonly wanted: string;
  /** The operator's word that they may be removed. */
  readonly consent: Consent | undefined;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Names what an older Compose file has left behind: the container of a service that ran once and that nobody runs any more (T-06). It stops nothing; it is
 * removed only if the operator says so for this release.
 */
export function orphans({
  host,
  project,
  finished,
  wanted,
  consent,
  at,
}: OrphansArgs): readonly Finding[] {
  if (project === undefined) return [pass({ at, found: "no Compose project to look through" })];
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const left = host.value.containers.filter(
    (container) =>
      projectOf(container) === project &&
      finished.includes(container.labels[COMPOSE.service] ?? "") &&
      container.state !== "running",
  );
  const [first] = left;
  if (first === undefined)
    return [pass({ at, found: `nothing left behind in the Compose project ${project}` })];
  const names = left.map(({ name }) => name).join(" and ");
  const removes = consent?.release === wanted;
  return [
    warn({
      at,
      found: `${names}, left behind by an older Compose file of ${project}${removes ? `; removed in this upgrade: ${consent.reason}` : ""}`,
      expected: "no container of a service that nobody runs",
      fix: removes
        ? "nothing; it holds no data"
        : `nothing has to be done; consent to its removal for ${wanted}, or docker rm ${first.name}`,
    }),
  ];
}
