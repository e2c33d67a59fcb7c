import type { Container } from "../../upgrade/platform";
import { quoted, sshHost, sshOptions } from "../../ssh/options";
import type { DockerHostPlace } from "./place";

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
): Container {
  return {
    words: `container ${name}`,
    command: (program, { hasInput = true } = {}) =>
      dockerProgram(place, ["exec", ...(hasInput ? ["-i"] : []), name, ...program]),
    reachFix:
      sshHost(place.host, place.hostKey) === undefined
        ? "see that the docker program is installed and that this user may speak to the daemon, then run this again"
        : "see that this user may log in there and speak to its daemon, then run this again",
  };
}
