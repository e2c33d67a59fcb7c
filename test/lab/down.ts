import { rm } from "node:fs/promises";
import { endLeftovers } from "./cluster/containers";
import { removeRules } from "./cluster/firewall";
import { removeNetwork } from "./cluster/network";
import { removeOutside } from "./cluster/outside";
import { unmountBelow } from "./cluster/mounts";
import { stopDaemon } from "./daemon";
import { removeDockerHost } from "./docker/host";
import { removeHosts } from "./hosts/hosts";
import type { Settings } from "./settings";

/** Takes a lab away in whatever state it is; what the lab did not start stays untouched. */
export async function takeDown(
  settings: Settings,
  daemons: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  await removeDockerHost(settings);
  await removeHosts(settings);
  for (const name of daemons) {
    // PostgreSQL waits for its clients on SIGTERM, on SIGINT it sends them away.
    await stopDaemon(settings.home, name, { signal: name === "postgres" ? "SIGINT" : "SIGTERM" });
  }
  report("the lab's programs are stopped");
  await endLeftovers(settings.home);
  await removeOutside(settings);
  await unmountBelow(settings.home);
  report("containers and mounts are gone");
  await removeRules();
  await removeNetwork(settings);
  await rm(settings.home, { recursive: true, force: true });
  report(`network and ${settings.home} are gone; the cache ${settings.cache} stays`);
}
