import { setTimeout as pause } from "node:timers/promises";
import type { Container } from "../../upgrade/platform";
import { quoted, sshHost, sshOptions } from "../../ssh/options";
import { DaemonSilent } from "../api/daemon-agent";
import { openDocker, type OpenOptions } from "../api/open-docker";
import type { DockerHostPlace } from "./place";

/** How often the daemon is asked whether it is there, while a program runs by it. Unit: seconds. */
const ASK_EVERY = 60;

/** The docker program against a Docker host; over SSH it is that of the host. */
export function dockerProgram(
  { host, hostKey }: Pick<DockerHostPlace, "host" | "hostKey">,
  words: readonly string[],
): { readonly file: string; readonly args: readonly string[] } {
  const ssh = sshHost(host, hostKey);
  return ssh === undefined
    ? { file: "docker", args: ["--host", host, ...words] }
    : {
        file: "ssh",
        args: [...sshOptions(ssh), "--", ssh.target, ["docker", ...words].map(quoted).join(" ")],
      };
}

/** A container of a Docker host, in which programs run by `docker exec`; over SSH by the docker program of the host. */
export function containerOf(
  place: Pick<DockerHostPlace, "host" | "hostKey">,
  name: string,
  watch: WatchOptions = {},
): Container {
  return {
    words: `container ${name}`,
    command: (program, { hasInput = true } = {}) =>
      dockerProgram(place, ["exec", ...(hasInput ? ["-i"] : []), name, ...program]),
    lost: (until) => untilSilent(place, until, watch),
    reachFix:
      sshHost(place.host, place.hostKey) === undefined
        ? "see that the docker program is installed and that this user may speak to the daemon, then run this again"
        : "see that this user may log in there and speak to its daemon, then run this again",
  };
}

/** How a daemon is watched. */
interface WatchOptions extends Pick<OpenOptions, "seconds"> {
  /** Unit: seconds. @defaultValue 60 */
  readonly every?: number;
}

/**
 * Waits until a daemon has fallen silent, and says so. One that is gone, or a way to it that is cut, is not waited for here: the program that runs by it ends with it.
 *
 * @param until - ends the wait
 */
async function untilSilent(
  place: Pick<DockerHostPlace, "host" | "hostKey">,
  until: AbortSignal,
  { every = ASK_EVERY, seconds }: WatchOptions,
): Promise<string> {
  const docker = await openDocker(place, { signal: until, seconds });
  for (;;) {
    await pause(every * 1000, undefined, { signal: until });
    try {
      await docker.ping();
    } catch (error) {
      if (error instanceof DaemonSilent) return error.message;
    }
  }
}
