import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";
import { isRefusal, type ComposeAdoption } from "../compose/adoption";
import { compareAdoption, type AdoptionWish } from "../compose/compare-adoption";
import { COMPOSE, projectOf } from "../compose/read-project";
import type { ContainerFacts, HostFacts } from "../facts/host-facts";
import type { ProjectLook } from "../facts/look-at-project";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";

const { pass, warn, block, unknown } = gate("compose-adoption");

/** What this gate looks at. */
export interface ComposeAdoptionArgs extends AdoptionWish {
  readonly host: Observation<Pick<HostFacts, "containers">>;
  /** Undefined if nothing is to be adopted. */
  readonly compose: Observation<ProjectLook> | undefined;
  /** Project of the gateway, which its containers carry as a label. */
  readonly gateway: string;
  readonly plan: Pick<Plan, "verified" | "to" | "change">;
  /** The daemon's address. */
  readonly at: string;
  /** Config path of a key of the gateway. */
  readonly path: (key: string) => string;
}

/**
 * Lets a Compose project be taken over only if the stack file means the same volumes, network, database, port and variables as its containers have. Adoption and
 * upgrade are two steps. Afterwards it tells of the containers that Compose has left, since a start of them would bring a second server onto the data.
 */
export function composeAdoption(args: ComposeAdoptionArgs): readonly Finding[] {
  const { host, compose, plan, at } = args;
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { containers } = host.value;
  if (compose === undefined) return left(containers, args);
  if (plan.verified !== undefined) return [adopted(args), ...left(containers, args)];
  if (!compose.observed) return [unknown(couldNotLook(at, "the Compose project", compose.reason))];
  if (compose.value === undefined) return [missing(containers, args)];
  if (isRefusal(compose.value))
    return compose.value.map((refusal) =>
      block({ ...refusal, expected: "a project whose data can be taken over" }),
    );
  const stop = twice(compose.value, containers, args) ?? asleep(compose.value, containers, args);
  return [
    ...(stop === undefined ? [moment(compose.value, args)] : [stop]),
    ...compareAdoption(compose.value, args).map(({ stops, key, ...one }) =>
      (stops ? block : warn)({ at: args.path(key), ...one }),
    ),
  ];
}

/** Once it is verified there is nothing left to take over. */
function adopted({ plan, path }: ComposeAdoptionArgs): Finding {
  const { verified = "", to, change } = plan;
  const found = `adopt: true, though ${verified} is adopted and verified`;
  return change === "none"
    ? warn({
        at: path("adopt"),
        found,
        expected: "nothing to adopt any more",
        fix: "remove adopt: true, with the first upgrade at the latest",
      })
    : block({
        at: path("adopt"),
        found: `${found}, beside an upgrade to ${to}`,
        expected: "adoption and upgrade as two steps",
        fix: "remove adopt: true, in the same edit as the new version if you like",
      });
}

function missing(containers: readonly ContainerFacts[], args: ComposeAdoptionArgs): Finding {
  const { place, at } = args;
  if (isOursUp(containers, args))
    return pass({ at, found: `nothing left of the Compose project ${place.project}` });
  const others = [...new Set(containers.flatMap((one) => projectOf(one) ?? []))].sort();
  return block({
    at,
    found: `no container of a Compose project ${place.project}${others.length === 0 ? "" : `; there are those of ${others.join(", ")}`}`,
    expected: "the project that is to be taken over",
    fix: "name it as docker compose ls shows it, as docker.project, start it once with docker compose up --detach if it was taken down, or remove adopt: true",
  });
}

/** Whether a container of this gateway runs on a volume. */
const runsOursOn = (
  containers: readonly ContainerFacts[],
  volume: string,
  { gateway }: Pick<ComposeAdoptionArgs, "gateway">,
): boolean =>
  onVolume(containers, volume).some(
    ({ labels, state }) => labels[GATEWAY_LABEL] === gateway && state === "running",
  );

/** Both databases run: somebody has started the one while the other one served. */
function twice(
  { parts, volumes }: ComposeAdoption,
  containers: readonly ContainerFacts[],
  args: ComposeAdoptionArgs,
): Finding | undefined {
  const names = onVolume(containers, volumes.database)
    .filter(({ state }) => state === "running")
    .map(({ name }) => name);
  const theirs = parts.find((part) => part.isRunning && names.includes(part.name));
  if (theirs === undefined || names.length < 2) return undefined;
  const isOurs = runsOursOn(containers, volumes.database, args);
  const others = names.filter((name) => name !== theirs.name).join(" ");
  return block({
    at: args.at,
    found: `${names.join(" and ")} run on volume ${volumes.database} at the same time`,
    expected: "one server on one volume",
    fix: isOurs
      ? `docker stop ${theirs.name}, and see to the data before anything else`
      : `docker stop ${others}: ${theirs.name} serves; what only reads there, such as a backup, may be started again after the adoption`,
  });
}

/** Nothing can be saved while the database stands still, and nobody can tell whether the project works. */
function asleep(
  { parts, volumes }: ComposeAdoption,
  containers: readonly ContainerFacts[],
  args: ComposeAdoptionArgs,
): Finding | undefined {
  const still = parts.filter(({ isRunning }) => !isRunning).map(({ name }) => name);
  const isOurs = runsOursOn(containers, volumes.database, args);
  if (still.length === 0 || isOurs) return undefined;
  return block({
    at: args.at,
    found: `${still.join(" and ")} of the Compose project ${args.place.project} not running`,
    expected: "a project that serves",
    fix: `docker start ${still.join(" ")}, the database first, and see that it serves; docker compose up may make it anew from another file`,
  });
}

const moment = (
  { parts, strangers }: ComposeAdoption,
  { at, place }: ComposeAdoptionArgs,
): Finding => {
  const running = parts.filter(({ isRunning }) => isRunning).map(({ name }) => name);
  const stay = strangers.length === 0 ? "" : `; ${strangers.join(", ")} stay as they are`;
  return running.length === 0
    ? pass({
        at,
        found: `the Compose project ${place.project} is stopped, and ours take its place${stay}`,
      })
    : warn({
        at,
        found: `${running.join(", ")} of the Compose project ${place.project} are stopped once the backup is proven and the new gateways are ready; database and Redis are away for some seconds${stay}`,
        expected: "no moment without them",
        fix: "choose a quiet time for this one change; if ours do not come up, those of Compose are started again",
      });
};

/** What Compose has left, once ours serve. */
function left(
  containers: readonly ContainerFacts[],
  args: ComposeAdoptionArgs,
): readonly Finding[] {
  const { place, names: ours, at } = args;
  const names = containers
    .filter((one) => projectOf(one) === place.project)
    .filter(({ labels }) => Object.hasOwn(ours, labels[COMPOSE.service] ?? ""))
    .filter(({ state }) => state !== "running")
    .map(({ name }) => name);
  return names.length === 0 || !isOursUp(containers, args)
    ? [pass({ at, found: "no container that Compose has left" })]
    : [
        warn({
          at,
          found: `${names.join(", ")}, stopped, of the Compose project ${place.project}: a start of them brings a second server onto the data`,
          expected: "one owner of the data",
          fix: `once you will not go back to Compose, docker rm ${names.join(" ")}, and put the Compose file away`,
        }),
      ];
}

const isOursUp = (
  containers: readonly ContainerFacts[],
  { gateway }: ComposeAdoptionArgs,
): boolean =>
  containers.some(
    ({ labels, state }) =>
      labels[GATEWAY_LABEL] === gateway && labels[ROLE_LABEL] === "proxy" && state === "running",
  );

const onVolume = (containers: readonly ContainerFacts[], volume: string) =>
  containers.filter(({ mounts }) =>
    mounts.some(({ kind, source }) => kind === "volume" && source === volume),
  );
