import type { Container } from "../../upgrade/platform";
import { quoted, sshHost, sshOptions } from "../../ssh/options";
import type { DockerHostPlace } from "./place";

/** A container of a Docker host, in which programs run by `docker exec`; over SSH by the docker program of the host. */
export function containerOf(
  { host, hostKey }: Pick<DockerHostPlace, "host" | "hostKey">,
  name: string,
): Container {
  const ssh = sshHost(host, hostKey);
  return {
    words: `container ${name}`,
    command: (program, { hasInput = true } = {}) => {
      const exec = ["exec", ...(hasInput ? ["-i"] : []), name, ...program];
      return ssh === undefined
        ? { file: "docker", args: ["--host", host, ...exec] }
        : {
            file: "ssh",
            args: [...sshOptions(ssh), "--", ssh.target, ["docker", ...exec].map(quoted).join(" ")],
          };
    },
    reachFix:
      ssh === undefined
        ? "see that the docker program is installed and that this user may speak to the daemon, then run this again"
        : "see that this user may log in there and speak to its daemon, then run this again",
  };
}
