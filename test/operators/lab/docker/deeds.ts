import { mkdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { composeContainer, composeUp } from "../../../lab/docker/compose";
import { composeServices } from "../../../lab/docker/compose-file";
import { dockerdProcess, ensureDockerHost, switchLiveRestore } from "../../../lab/docker/host";
import type { DockerStage } from "../../../lab/docker/stage";
import { run } from "../../../lab/run";
import type { Settings } from "../../../lab/settings";
import { until } from "../../../lab/until";
import { STACK } from "../gateway";
import type { OfDocker, Operation } from "../operation";
import { oursIn, roleIn } from "./eyes";

/** What somebody has done to the host or to the stack file. */
export interface Meddled {
  /** True while requests may fail because of it: until an `up` has ended well. */
  gap: boolean;
}

/** A gateway on a host, as far as somebody meddles with it. */
export interface OnHost {
  readonly stage: DockerStage;
  readonly settings: Settings;
  /** Its project. */
  readonly name: string;
  readonly port: number;
  /** Folder of the backups. */
  readonly directory: string;
  readonly meddled: Meddled;
}

/** What is done on the host, and to what of a stack file only a Docker host has. */
export interface Deeds {
  /** @returns how it ended; undefined if it is something else */
  readonly carryOut: (operation: Operation) => Promise<string | undefined>;
  /** Leaves nothing of it on the machine. */
  readonly undo: () => Promise<void>;
}

const PASSWORD = "POSTGRES_PASSWORD";
/** So small that no dump fits. */
const SMALL = "size=16k,mode=0700";

export function deedsOn(host: OnHost): Deeds {
  const { stage, settings, directory, meddled } = host;
  const full = `${directory}-full`;
  const configure = async (smoltbot: Readonly<Record<string, unknown>>): Promise<string> => {
    await stage.project.configure(STACK, { "gateways:smoltbot": smoltbot });
    return "done";
  };
  const unmount = () => run("umount", ["-l", full], { reject: false });
  const setPassword = async (password: string): Promise<string> => {
    // The container of the database is made anew for it.
    meddled.gap = true;
    await stage.project.setSecret(STACK, `gateways:smoltbotSecrets.${PASSWORD}`, password);
    return "done";
  };
  const carryOut = async (deed: OfDocker): Promise<string> => {
    switch (deed.kind) {
      case "limit the front proxy":
        return configure({ docker: { limits: { proxy: { memoryMiB: deed.mebibytes } } } });
      case "limit Redis":
        meddled.gap = true;
        return configure({ docker: { limits: { redis: { memoryMiB: deed.mebibytes } } } });
      case "write another password":
        return setPassword("another password");
      case "write the right password":
        return setPassword(stage.secrets[PASSWORD] ?? "");
      case "the disk of the backups is full":
        await unmount();
        await mkdir(full, { recursive: true, mode: 0o700 });
        await run("mount", ["-t", "tmpfs", "-o", SMALL, "tmpfs", full]);
        return configure({ backup: { directory: full } });
      case "the disk of the backups has room":
        return configure({ backup: { directory } });
      case "switch live-restore":
        await switchLiveRestore(settings, deed.on);
        return "done";
      default:
        return onContainers(host, deed);
    }
  };
  return {
    carryOut: (operation) =>
      isOfDocker(operation) ? carryOut(operation) : Promise.resolve(undefined),
    undo: async () => {
      await unmount();
      await composeGoes(host);
      await switchLiveRestore(settings, false);
    },
  };
}

const KINDS: Readonly<Record<OfDocker["kind"], true>> = {
  "stop by hand": true,
  "restart by hand": true,
  "remove by hand": true,
  "remove by hand and refresh": true,
  "limit the front proxy": true,
  "limit Redis": true,
  "the daemon is restarted": true,
  "the daemon is killed": true,
  "switch live-restore": true,
  "somebody runs compose up": true,
  "what Compose made goes": true,
  "write another password": true,
  "write the right password": true,
  "the disk of the backups is full": true,
  "the disk of the backups has room": true,
};

const isOfDocker = (operation: Operation): operation is OfDocker =>
  Object.hasOwn(KINDS, operation.kind);

/** Does it past the engine, to containers or to the daemon itself. */
async function onContainers(
  host: OnHost,
  deed: Exclude<
    OfDocker,
    {
      kind:
        | "limit the front proxy"
        | "limit Redis"
        | "switch live-restore"
        | `write ${string}`
        | `the disk ${string}`;
    }
  >,
): Promise<string> {
  const { stage, meddled } = host;
  // One more or less of it says nothing to whoever sends requests.
  if ("role" in deed && deed.role !== "observer" && deed.kind !== "restart by hand")
    meddled.gap = true;
  switch (deed.kind) {
    case "stop by hand":
      return byHand(host, deed.role, stage.stopByHand);
    case "restart by hand":
      return byHand(host, deed.role, stage.restartByHand);
    case "remove by hand":
      return byHand(host, deed.role, stage.containers.remove);
    case "remove by hand and refresh":
      await byHand(host, deed.role, stage.containers.remove);
      return `refreshed with exit code ${(await stage.project.refresh(STACK)).exitCode}`;
    case "somebody runs compose up":
      return composeGateway(host);
    case "what Compose made goes":
      await composeGoes(host);
      return "done";
    case "the daemon is killed":
      return endDaemon(host, "SIGKILL", deed.awaySeconds);
    case "the daemon is restarted":
      return endDaemon(host, "SIGTERM", 0);
  }
}

/** Does something to one running container of that role. */
async function byHand(
  { stage, name }: OnHost,
  role: string,
  act: (name: string) => Promise<void>,
): Promise<string> {
  const found = (await oursIn(stage, name)).find(
    (one) => roleIn(one) === role && one.state === "running",
  );
  if (found === undefined) return "nothing there";
  await act(found.name);
  return "done";
}

/** Its database stays away: a second server on the volume would destroy the data, and nobody could help that. */
async function composeGateway({ stage, name, port }: OnHost): Promise<string> {
  const all = composeServices(stage.secrets, port);
  const services = Object.fromEntries(
    ["gateway", "observer"].map((service) => [service, { ...all[service]!, depends_on: {} }]),
  );
  const folder = `${stage.project.directory}/deploy`;
  return composeUp({ url: stage.daemon, name, folder, services }).then(
    () => "it has the port",
    // Of what Compose makes of a refusal only the containers are of interest.
    () => "the port is taken",
  );
}

async function composeGoes({ stage, name }: OnHost): Promise<void> {
  for (const service of ["gateway", "observer"])
    await stage.containers.remove(composeContainer(name, service));
  await run("docker", ["--host", stage.daemon, "network", "rm", `${name}_default`], {
    reject: false,
  });
}

async function endDaemon(
  { stage, settings, name, meddled }: OnHost,
  signal: NodeJS.Signals,
  awaySeconds: number,
): Promise<string> {
  const hadGap = meddled.gap;
  meddled.gap = true;
  process.kill((await dockerdProcess(settings))!.pid, signal);
  const isGone = async () => (await dockerdProcess(settings)) === undefined;
  await until("the daemon is gone", isGone, { seconds: 120 });
  await pause(awaySeconds * 1000);
  await ensureDockerHost(settings);
  // What is not ours is for its owner to start.
  await stage.startByHand(`${name}-rest`);
  if (signal === "SIGKILL") return "done";
  if (!(await isBack(stage))) return "done, and nothing serves";
  meddled.gap = hadGap;
  return "done";
}

/** Whether what ran before a restart serves again by itself; one that did not serve does not either. */
async function isBack(stage: DockerStage): Promise<boolean> {
  const answers = () =>
    fetch(`${stage.url}/health/ready`, { signal: AbortSignal.timeout(5000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  return until("the gateway serves again", answers, { seconds: 90 }).then(
    () => true,
    () => false,
  );
}
