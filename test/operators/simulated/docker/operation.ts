import fc from "fast-check";
import { wantedDocker } from "./decide";
import { meddle, type Meddling } from "./meddle";
import {
  accepting,
  DOCKER_RELEASES,
  dockerChance,
  liveServers,
  passSeconds,
  type DockerRelease,
  type DockerWorld,
} from "./world";

/** What an operator, a user or somebody else on the host may do next. */
export type DockerOperation =
  | { readonly kind: "up"; readonly killAt: number | undefined }
  | { readonly kind: "set the version"; readonly version: DockerRelease }
  | { readonly kind: "ask for gateways"; readonly replicas: number }
  | { readonly kind: "limit the front proxy"; readonly mebibytes: number }
  | { readonly kind: "limit the database"; readonly mebibytes: number }
  | { readonly kind: "open streams"; readonly streams: number }
  | { readonly kind: "wait"; readonly seconds: number }
  | Meddling;

const role = fc.constantFrom("gateway", "gateway", "observer", "proxy", "postgres");
/** A run does about so many things. */
const MOST = 45;

export const dockerOperation: fc.Arbitrary<DockerOperation> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant("up" as const),
      killAt: fc.option(fc.integer({ min: 1, max: MOST }), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("set the version" as const),
      version: fc.constantFrom(...DOCKER_RELEASES),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc
        .integer({ min: 1, max: 2 })
        .map((replicas) => ({ kind: "ask for gateways" as const, replicas })),
      fc
        .constantFrom(128, 160)
        .map((mebibytes) => ({ kind: "limit the front proxy" as const, mebibytes })),
      fc
        .constantFrom(1024, 1100)
        .map((mebibytes) => ({ kind: "limit the database" as const, mebibytes })),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.oneof(
      role.map((one) => ({ kind: "stop by hand" as const, role: one })),
      role.map((one) => ({ kind: "remove by hand" as const, role: one })),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.integer({ min: 1, max: 4 }).map((streams) => ({ kind: "open streams" as const, streams })),
      fc.integer({ min: 1, max: 90 }).map((seconds) => ({ kind: "wait" as const, seconds })),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        "refresh" as const,
        "lose the state of the stack" as const,
        "find it again" as const,
        "find it again" as const,
        "somebody takes the port" as const,
        "somebody starts a server on the volume" as const,
        "strangers go" as const,
        "strangers go" as const,
        "the daemon is restarted" as const,
        "the daemon is killed" as const,
      )
      .map((kind) => ({ kind })),
  },
);

/** Does it; runs of the program go through `runUp`. */
export function carryOutDocker(
  world: DockerWorld,
  did: DockerOperation,
  runUp: (world: DockerWorld, killAt: number | undefined) => void,
): void {
  passSeconds(world, 1);
  dockerChance(world);
  switch (did.kind) {
    case "up":
      runUp(world, did.killAt);
      return;
    case "set the version":
      world.file = { ...world.file, version: did.version };
      return;
    case "ask for gateways":
      world.file = { ...world.file, replicas: did.replicas };
      return;
    case "limit the front proxy":
      world.file = { ...world.file, proxyMiB: did.mebibytes };
      return;
    case "limit the database":
      world.file = { ...world.file, databaseMiB: did.mebibytes };
      return;
    case "open streams":
      for (let count = 0; count < did.streams; count += 1) openStream(world);
      return;
    case "wait":
      passSeconds(world, did.seconds);
      return;
    default:
      meddle(world, did);
  }
}

/** A user opens a stream, through a front proxy that accepts and a gateway that takes requests. */
function openStream(world: DockerWorld): void {
  const doors = accepting(world);
  const proxy = doors[Math.floor(dockerChance(world) * doors.length)];
  if (proxy === undefined) return;
  const ready = liveServers(world, proxy).filter(
    ({ name, state }) => state === "ready" && world.boxes[name]?.state === "running",
  );
  const gateway = ready[Math.floor(dockerChance(world) * ready.length)]?.name;
  if (gateway === undefined) return;
  const stays = dockerChance(world) < 0.2;
  const ends = stays ? null : world.now + Math.ceil(dockerChance(world) * 50);
  world.streams = [...world.streams, { proxy, gateway, ends }];
}

/** Names that the stack file asks for. */
export const wantedNames = (world: DockerWorld): readonly string[] => {
  const { data, rolledOut } = wantedDocker(world);
  return [...data, ...rolledOut].map(({ name }) => name);
};
