import { decideDocker, type WantedDocker } from "./decide";
import { rollOut } from "./roll-out";
import {
  beginRun,
  create,
  Failed,
  keep,
  Killed,
  remove,
  startBox,
  startDatabase,
  type DockerEnded,
  type DockerRun,
} from "./run";
import {
  accepting,
  DOCKER_RELEASES,
  hasGateway,
  headOfDocker,
  isUpBox,
  liveServers,
  type DockerWorld,
} from "./world";

/**
 * Simulates `pulumi up` on a Docker host as target and engine order it: what the gates stop is not begun; each thing that is done may be the last one before the run
 * is killed, and what the engine has made it notes only then. The decisions are the program's own.
 */
export function upDocker(world: DockerWorld, killAt?: number): DockerEnded {
  const { plan, stops, wanted } = decideDocker(world);
  if (stops.length > 0) return { kind: "refused", by: stops };
  const run = beginRun(world, killAt);
  try {
    // On the way back nothing waits for it, and it asks nothing of the database.
    const isBack = plan.cameBack !== undefined;
    const backUp = () => {
      run.step("backup", world.file.version, () => {
        if (!isBack) save(run);
      });
    };
    if (!isBack) backUp();
    for (const spec of wanted.data) keep(run, spec.role, spec);
    keep(run, "migration", wanted.migrate);
    run.step("schema", `${wanted.migrate.name} ${plan.occasion}`, () => {
      migrate(run, wanted);
    });
    const resources = makeAll(run, wanted);
    const ids = resources.map((name) => world.state[name]?.id ?? 0).join(",");
    run.step("rollout", `${ids} ${plan.occasion}`, () => {
      rollOut(run, wanted);
    });
    run.step("verification", `${wanted.configHash} ${ids} ${plan.occasion}`, () => {
      verify(run, wanted, plan.occasion);
    });
    backUp();
    // What is not wanted any more the engine removes last.
    for (const resource of Object.keys(world.state))
      if (resource.startsWith("container ") && !resources.includes(resource)) remove(run, resource);
    return { kind: "ended well", ran: run.ran };
  } catch (error) {
    if (error instanceof Killed) return { kind: "killed" };
    if (error instanceof Failed) return { kind: "failed", why: error.message };
    throw error;
  }
}

/** Makes what is rolled out beside what runs. @returns its resources */
function makeAll(run: DockerRun, { rolledOut }: WantedDocker): readonly string[] {
  const isByRole = run.world.without === "another release is another resource";
  return rolledOut.map((spec, index) => {
    const resource = `container ${isByRole ? `${spec.role} ${index}` : spec.name}`;
    if (isByRole) keep(run, resource, spec);
    else if (run.world.state[resource] === undefined) create(run, resource, spec);
    return resource;
  });
}

/** A proven dump of what is there; nothing before a first install. */
function save(run: DockerRun): void {
  const { world, act } = run;
  if (!world.hasData || world.schema === undefined) return;
  startDatabase(run);
  if (!isUpBox(world, "smoltbot-postgres")) throw new Failed("there is no database to save");
  act(() => {
    const { version } = world.file;
    const running = Object.values(world.boxes)
      .filter(({ role, state }) => role === "gateway" && state === "running")
      .flatMap(({ release }) => release ?? []);
    const file = `${world.now}-before-${version}`;
    const takenAt = new Date(world.now * 1000).toISOString();
    const schemaHead = headOfDocker(world);
    world.dumps = [
      ...world.dumps,
      { file, release: version, running, takenAt, rows: 1, schemaHead },
    ];
  });
}

/** The step that starts the migration, and waits for it. A dump of the schema that is there is its second witness. */
function migrate(run: DockerRun, { migrate: spec }: WantedDocker): void {
  const { world, act } = run;
  startDatabase(run);
  if (world.boxes["smoltbot-postgres"] === undefined)
    throw new Failed("there is no container smoltbot-postgres");
  if (!isUpBox(world, "smoltbot-postgres")) throw new Failed("the database does not run");
  const box = world.boxes[spec.name];
  if (box === undefined) throw new Failed(`there is no container ${spec.name}`);
  if (box.state === "exited") return;
  const last = world.dumps.at(-1);
  if (last?.schemaHead !== headOfDocker(world)) save(run);
  act(() => {
    startBox(world, spec.name);
  });
  act(() => {
    endMigration(world, spec.name);
  });
}

/** A migration applies what is newer than the schema, and ends. */
function endMigration(world: DockerWorld, name: string): void {
  const box = world.boxes[name]!;
  const place = (release: string) => DOCKER_RELEASES.findIndex((one) => one === release);
  const release = DOCKER_RELEASES[place(box.release ?? "")];
  if (release !== undefined && (world.schema === undefined || place(release) > place(world.schema)))
    world.schema = release;
  world.boxes = { ...world.boxes, [name]: { ...box, state: "exited" } };
}

/** What a killed run has started ends by itself. */
export function endMigrations(world: DockerWorld): void {
  for (const [name, { role, state, isOurs }] of Object.entries(world.boxes))
    if (isOurs && role === "migrate" && state === "running") endMigration(world, name);
}

/** What runs is what was wanted, and requests reach it. */
function verify(
  { world, act }: DockerRun,
  { servers, rolledOut, configHash }: WantedDocker,
  occasion: string,
): void {
  if (!isUpBox(world, "smoltbot-postgres")) throw new Failed("its health check fails");
  const doors = accepting(world);
  if (doors.length === 0) throw new Failed("nobody answers at the published port");
  for (const proxy of doors) {
    if (!hasGateway(world, proxy)) throw new Failed("no gateway answers");
    const ready = liveServers(world, proxy).filter(({ state }) => state === "ready");
    if (ready.length !== servers.length) throw new Failed("others take requests");
  }
  if (!rolledOut.every(({ name }) => isUpBox(world, name))) throw new Failed("not all of it runs");
  act(() => {
    world.evidence = {
      version: world.file.version,
      digests: {},
      configHash,
      schemaHead: headOfDocker(world),
      verifiedAt: new Date(world.now * 1000).toISOString(),
      occasion,
      probes: { sent: 1, failed: 0 },
      restarts: 0,
    };
    world.drifted = false;
  });
}
