import type { RolloutWatch, WorkloadLook } from "../../upgrade/platform";
import type { DockerHost } from "./docker-host";
import { frontProxy, type FrontProxy } from "./front-proxy";
import { startStopped, stopOlder } from "./writers";

/** The role that takes requests. */
const SERVING = "gateway";
/** The role whose containers are started by the hand-over. */
const PROXY = "proxy";

/**
 * How the containers of a role are, and for the gateways whether the front proxy sends to them and to no others (T-46).
 *
 * @throws StepFailure if one is missing
 */
export async function lookAtRole(
  host: DockerHost,
  proxy: FrontProxy,
  role: string,
): Promise<WorkloadLook> {
  const found = await host.look(role);
  if (role !== SERVING || found.state !== "done") return found;
  const fault = await faultOf(host, proxy);
  return fault === undefined
    ? found
    : { ...found, state: "waiting", progress: `${found.progress}; ${fault}` };
}

/** What the front proxy knows otherwise; undefined if it is as it should be. */
async function faultOf(host: DockerHost, proxy: FrontProxy): Promise<string | undefined> {
  const servers = await proxy.servers();
  if (servers === undefined) return "no front proxy runs";
  const ready = servers.filter(({ state }) => state === "ready").map(({ name }) => name);
  const wanted = host.wanted().proxy.servers.map(({ name }) => name);
  const missing = wanted.filter((name) => !ready.includes(name));
  const others = ready.filter((name) => !wanted.includes(name));
  if (missing.length > 0) return `the front proxy does not send to ${missing.join(" and ")}`;
  return others.length > 0 ? `the front proxy still sends to ${others.join(" and ")}` : undefined;
}

/**
 * Watches the containers of one role while they come up; see {@link RolloutWatch}. Once the new gateways are ready, each look hands over one step further. Old
 * gateways are left running without requests until the engine removes them: the way back is theirs until the new ones are verified. What else is old is stopped.
 *
 * @param startData - has what the gateways need run before anything else is started
 */
export function watchRollout(
  host: DockerHost,
  role: string,
  startData: () => Promise<void>,
): RolloutWatch {
  const proxy = frontProxy(host);
  const names = () => host.wanted().containers[role] ?? [];
  let begun = false;
  let isDraining = false;
  return {
    look: async () => {
      const found = await host.look(role);
      isDraining = false;
      if (!begun || found.state !== "done") return found;
      if (role === SERVING) {
        const { done, words } = await proxy.advance();
        isDraining = !done;
        return done
          ? found
          : { ...found, state: "waiting", progress: `${found.progress}; ${words}` };
      }
      if (role !== PROXY) await stopOlder(host, role, names());
      return found;
    },
    begin: async () => {
      begun = true;
      await startData();
      if (role !== PROXY) await startStopped(host, role, names());
    },
    isDraining: () => isDraining,
    end: () => Promise.resolve(),
    warning: () => Promise.resolve(""),
  };
}
