import type { Instance, Problem, WorkloadLook } from "../../upgrade/platform";
import type { ContainerFacts } from "../facts/host-facts";
import { ROLE_LABEL } from "../objects/container-spec";

/** The containers of one role at one moment. */
export interface RoleView {
  /** `gateway`, which is what steps call the workload as well. */
  readonly role: string;
  /** Names of those that are to run. */
  readonly wanted: readonly string[];
  /** All of that role, stopped ones included. */
  readonly containers: readonly ContainerFacts[];
  /** What each image is called by its digest, by its id; one that is missing there has none. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Starts that have failed after which a container is given up. */
const LAST_RESTART = 3;
/** How long a container without a check has to run before it counts, in milliseconds. */
const PROOF_MS = 5000;

/** Whether a container takes what it is sent, as far as Docker knows. */
export const isReady = ({ state, health }: ContainerFacts): boolean =>
  state === "running" && (health === "healthy" || health === "none");

/** How the containers of a role are, in the words of steps. */
export function judgeContainers({ role, wanted, containers, digests }: RoleView): WorkloadLook {
  const newest = containers.filter(({ name }) => wanted.includes(name));
  const older = containers.filter(({ name, state }) => !wanted.includes(name) && isAlive(state));
  const ready = newest.filter(isReady);
  const problems = newest.flatMap((one) => problemOf(one) ?? []);
  const [worst] = [...problems].sort((one, other) => Number(other.hopeless) - Number(one.hopeless));
  const isDone = ready.length === wanted.length;
  return {
    words: `container ${wanted.join(" and ")}`,
    state: worst?.hopeless === true ? "failed" : isDone ? "done" : "waiting",
    progress: `${role} ${ready.length}/${wanted.length} ready (new), ${older.length} old`,
    problem: worst?.problem,
    instances: newest.map((one) => instanceOf(one, role, digests)),
    older: older.map((one) => instanceOf(one, role, digests)),
    wanted: wanted.length,
    images: Object.fromEntries(newest.map(({ image }) => [role, image])),
    settleMs: newest.every(({ health }) => health !== "none") ? 0 : PROOF_MS,
  };
}

const isAlive = (state: ContainerFacts["state"]): boolean =>
  state === "running" || state === "restarting" || state === "paused";

/** A container as steps know it. */
function instanceOf(found: ContainerFacts, role: string, digests: RoleView["digests"]): Instance {
  const started = found.startedAt === undefined ? undefined : new Date(found.startedAt);
  return {
    name: found.name,
    createdAt: new Date(found.createdAt).toISOString(),
    readySince: isReady(found) ? started?.toISOString() : undefined,
    wasReady: isReady(found) || found.health === "unhealthy",
    containers: [
      {
        name: role,
        image: found.image,
        imageId: digests.get(found.imageId) ?? found.imageId,
        restarts: found.restarts,
      },
    ],
    initContainers: [],
  };
}

interface Trouble {
  readonly problem: Problem;
  /** True if it does not pass by itself. */
  readonly hopeless: boolean;
}

/** What keeps a container from being ready; undefined if nothing does. */
function problemOf(found: ContainerFacts): Trouble | undefined {
  const { name: instance, state, health, healthSaid, outOfMemory, exitCode, restarts } = found;
  const said = (kind: Problem["kind"], text: string, fix: string, hopeless: boolean) => ({
    problem: { kind, text: `container ${instance} ${text}`, fix, instance },
    hopeless,
  });
  if (isReady(found)) return undefined;
  if (state === "running")
    return health === "unhealthy"
      ? said("unready", `is unhealthy${saying(healthSaid)}`, MEND_HEALTH, true)
      : said("unready", `is not healthy yet${saying(healthSaid)}`, MEND_HEALTH, false);
  if (state === "created") return said("starting", "is not started yet", AGAIN, false);
  if (hasLeft(found))
    return said("starting", "has left, and is not started anew yet", AGAIN, false);
  if (state === "restarting" || state === "exited" || state === "dead")
    return outOfMemory
      ? said("memory", "was ended for want of memory", MORE_MEMORY, true)
      : said(
          "crash",
          `ended with exit code ${exitCode}, ${restarts + 1} times`,
          "mend what its log names, then run the upgrade again",
          state !== "restarting" || restarts >= LAST_RESTART,
        );
  return said("stalled", `is ${state}`, AGAIN, true);
}

/**
 * A front proxy that was stopped and is wanted: a run has told it to leave and the line was set back, or a daemon that came back after a crash has stopped everything, not
 * always in time for a good exit code. One that ends by itself is started again by Docker. The hand-over starts it.
 */
const hasLeft = ({ state, outOfMemory, labels }: ContainerFacts): boolean =>
  state === "exited" && !outOfMemory && labels[ROLE_LABEL] === "proxy";

const saying = (text: string): string =>
  text === "" ? "" : `; its check says: ${text.split("\n").at(-1) ?? ""}`;

const AGAIN = "see who else changes it, then run the upgrade again";
const MEND_HEALTH = "mend what its checks name, then run the upgrade again";
const MORE_MEMORY = "raise its limit in the stack file, and see that the host has that memory";
