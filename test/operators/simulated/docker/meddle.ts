import { startBox, stopBox } from "./run";
import { accepting, PORT, without, type DockerWorld } from "./world";

/** What an operator or somebody else on the host does past the program. */
export type Meddling =
  | { readonly kind: "stop by hand"; readonly role: string }
  | { readonly kind: "remove by hand"; readonly role: string }
  | { readonly kind: "refresh" }
  | { readonly kind: "lose the state of the stack" }
  | { readonly kind: "find it again" }
  | { readonly kind: "somebody takes the port" }
  | { readonly kind: "somebody starts a server on the volume" }
  | { readonly kind: "strangers go" }
  | { readonly kind: "the daemon is restarted" }
  | { readonly kind: "the daemon is killed" };

/** Does it; a gap that it makes is nobody's fault. */
export function meddle(world: DockerWorld, did: Meddling): void {
  switch (did.kind) {
    case "stop by hand":
    case "remove by hand":
      takeByHand(world, did);
      return;
    case "refresh":
      refreshDocker(world);
      return;
    case "lose the state of the stack":
      if (world.evidence === undefined) return;
      world.lost ??= { state: world.state, steps: world.steps, evidence: world.evidence };
      Object.assign(world, { state: {}, steps: {}, evidence: undefined });
      return;
    case "find it again":
      Object.assign(world, world.lost ?? {}, { lost: undefined });
      return;
    case "somebody takes the port":
      if (Object.keys(world.proxies).length === 0) addStranger(world, "stranger", { port: PORT });
      return;
    case "somebody starts a server on the volume":
      // It would be there beside ours: what that breaks is not the program's doing.
      if (world.boxes["smoltbot-postgres"]?.state !== "running")
        addStranger(world, "smoltbot-postgres-1", { onData: true });
      return;
    case "strangers go":
      strangersGo(world);
      return;
    case "the daemon is restarted":
      restartDaemon(world);
      return;
    case "the daemon is killed":
      killDaemon(world);
  }
}

/** Those that nobody has made by this program. */
export function strangersGo(world: DockerWorld): void {
  for (const [name, { isOurs }] of Object.entries(world.boxes))
    if (!isOurs) world.boxes = without(world.boxes, name);
}

/** The engine forgets what is gone. */
export function refreshDocker(world: DockerWorld): void {
  world.state = Object.fromEntries(
    Object.entries(world.state).filter(([, { name, id }]) => world.boxes[name]?.id === id),
  );
}

function takeByHand(
  world: DockerWorld,
  {
    kind,
    role: which,
  }: { readonly kind: "stop by hand" | "remove by hand"; readonly role: string },
): void {
  const running = Object.entries(world.boxes).filter(
    ([, box]) => box.isOurs && box.role === which && box.state === "running",
  );
  const [name] = running[world.chance % Math.max(1, running.length)] ?? [];
  if (name === undefined) return;
  world.serves = false;
  world.drifted = true;
  stopBox(world, name);
  if (kind === "remove by hand") world.boxes = without(world.boxes, name);
}

function addStranger(
  world: DockerWorld,
  name: string,
  what: { readonly port?: number; readonly onData?: boolean },
): void {
  if (world.boxes[name] !== undefined) return;
  const box = { role: "", release: undefined, hash: "", isOurs: false, onData: false, ...what };
  const stranger = { ...box, id: world.nextId, state: "running" as const, startedAt: world.now };
  world.boxes = { ...world.boxes, [name]: stranger };
  world.nextId += 1;
}

/** What ran runs again; what was told to a front proxy at its runtime API is lost, and what was open is cut. */
function restartDaemon(world: DockerWorld): void {
  const running = Object.entries(world.boxes).filter(([, { state }]) => state === "running");
  const leaving = Object.keys(world.proxies).filter((name) => !accepting(world).includes(name));
  Object.assign(world, { streams: [], proxies: {}, serves: false });
  for (const [name, box] of running) {
    world.boxes = { ...world.boxes, [name]: { ...box, state: "exited" } };
    // Docker starts nothing again that it was told to stop.
    if (!leaving.includes(name)) startBox(world, name);
  }
}

/** As it comes back, it stops whatever has outlived it, as if by hand, and starts none of it. */
function killDaemon(world: DockerWorld): void {
  Object.assign(world, { streams: [], proxies: {}, serves: false });
  for (const [name, box] of Object.entries(world.boxes))
    if (box.state === "running")
      world.boxes = { ...world.boxes, [name]: { ...box, state: "exited" } };
}
