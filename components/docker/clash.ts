import type { Clash } from "../config/keys";
import { portsMeet } from "./objects/ports-meet";
import { networkOf, volumesOf, type DockerPlace } from "./settings";

/**
 * What two gateways of one daemon both have and cannot: a published port, a port at which a front proxy reaches its gateways, a volume or a network. Undefined if
 * they get on, each with a project of its own.
 *
 * @param one - whose settings are at fault, if they clash
 */
export function clashOn(one: DockerPlace, other: DockerPlace): Clash | undefined {
  if (portsMeet(one.publish, other.publish))
    return {
      at: "publish.port",
      words: `port ${one.publish.port} of the host`,
      expected: "a port of its own for every gateway of a host",
      fix: "give it another publish.port, or each an address of its own",
    };
  const inner = innerPortIn(one, other) ?? innerPortIn(other, one);
  if (inner !== undefined)
    return {
      at: "innerPort",
      words: `port ${inner} of the host, once as innerPort and once as publish.port`,
      expected: "an innerPort that no gateway of the host publishes",
      fix: "give one of them another innerPort",
    };
  const names = Object.values(volumesOf(other));
  const volume = Object.values(volumesOf(one)).find((name) => names.includes(name));
  if (volume !== undefined)
    return {
      at: "volumes",
      words: `volume ${volume}`,
      expected: "volumes of its own for every gateway: two servers on one destroy the data",
      fix: "give it another volume",
    };
  return networkOf(one) === networkOf(other)
    ? {
        at: "network",
        words: `network ${networkOf(one)}`,
        expected:
          "a network of its own for every gateway: postgres and redis are names that each has on its own",
        fix: "give it another network, or leave the key out",
      }
    : undefined;
}

/** Inner port of one gateway that a front proxy of the other has taken: Docker gives it on at 127.x.y.z, which belongs to all addresses. */
const innerPortIn = (
  { innerPort }: DockerPlace,
  { publish }: Pick<DockerPlace, "publish">,
): number | undefined =>
  innerPort === publish.port && /^(0\.0\.0\.0|::|127\..*)$/.test(publish.address)
    ? innerPort
    : undefined;

/** The same for two addresses that are known to lead to one daemon: `/var/run` is `/run`, and who logs in makes no difference. */
export function daemonOfAddress(host: string): string {
  const ssh = /^ssh:\/\/[^@]+@([^:/]+)(?::(\d+))?$/.exec(host);
  return ssh === null
    ? host.replace(/^unix:\/\/\/var\/run\//, "unix:///run/")
    : `ssh://${(ssh[1] ?? "").toLowerCase()}:${ssh[2] ?? "22"}`;
}
