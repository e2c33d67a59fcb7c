import { Provider } from "@pulumi/docker/provider.js";
import { sshHost, sshOptions } from "../../ssh/options";
import type { DockerPlace } from "../settings";

type Address = Pick<DockerPlace, "host" | "hostKey">;

/** One provider per Docker daemon that the stack file names, and for no other; a stack with one daemon calls it `host`. */
export function dockerProviders(places: readonly Address[]): (place: Address) => Provider {
  const made = new Map<string, Provider>();
  const several = new Set(places.map(({ host }) => host)).size > 1;
  return (place) => {
    const found = made.get(place.host) ?? provider(place, several);
    made.set(place.host, found);
    return found;
  };
}

function provider({ host, hostKey }: Address, several: boolean): Provider {
  const ssh = sshHost(host, hostKey);
  return new Provider(several ? `host-${host}` : "host", {
    host,
    ...(ssh === undefined ? {} : { sshOpts: sshOptions(ssh) }),
  });
}
