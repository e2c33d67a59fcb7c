import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { projectOf } from "../compose/read-project";
import type { ContainerFacts, HostFacts, PortFacts } from "../facts/host-facts";
import { BIND_LABEL, GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";
import { portsMeet, type HostPort } from "../objects/ports-meet";

const { pass, warn, block, unknown } = gate("published-port");

/** What this gate looks at. */
export interface PublishedPortArgs {
  readonly host: Observation<Pick<HostFacts, "containers" | "listeners" | "lowestPort">>;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** Where requests come in. */
  readonly published: { readonly address: string; readonly port: number };
  /** Compose project that is taken over now; undefined if none is. */
  readonly adopted: string | undefined;
  /** From the signal until a stopping container is killed, in seconds. */
  readonly stopSeconds: number;
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Lets an upgrade begin only if the published port is free or the front proxy's own (T-46). While a Compose project is taken over its gateway owns the port:
 * nothing can have it at the same time, so that this one change costs a moment, which is told.
 */
export function publishedPort(args: PublishedPortArgs): readonly Finding[] {
  const { host, published, at } = args;
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { containers, listeners, lowestPort = 0 } = host.value;
  const place = `${published.address}:${published.port}`;
  // Its container has no capability, and the network of the host, where Docker frees no low port as it does in one of its own.
  if (published.port < lowestPort)
    return [
      block({
        at,
        found: `${place}, and the host lets no program without privileges listen below port ${lowestPort}: the front proxy would not come up`,
        expected: "a port on which the front proxy may listen",
        fix: `on the host sysctl -w net.ipv4.ip_unprivileged_port_start=${published.port}, and the same in a file of /etc/sysctl.d; or publish a port from ${lowestPort} on`,
      }),
    ];
  const owners = containers.filter(
    ({ state, ports }) => isUp(state) && ports.some((port) => meets(port, published)),
  );
  if (owners.length > 0) return owners.map((owner) => owned(owner, args, place));
  const proxies = containers.filter((one) => isUp(one.state) && isOwnProxy(one, args.gateway));
  if (proxies.some(({ labels }) => listensThere(labels[BIND_LABEL], published)))
    return [pass({ at, found: `${place}, which the front proxy has` })];
  const other = containers.find(
    (one) =>
      isUp(one.state) &&
      !isOwnProxy(one, args.gateway) &&
      one.labels[BIND_LABEL] !== undefined &&
      listensThere(one.labels[BIND_LABEL], published),
  );
  if (other !== undefined)
    return [
      block({
        at,
        found: `${place}, which container ${other.name} has, the front proxy of the gateway ${other.labels[GATEWAY_LABEL] ?? "of another stack"}`,
        expected: "a port that is free, or the front proxy's own",
        fix: "publish another port, or remove that gateway by its own stack",
      }),
    ];
  if (!listeners.observed)
    return [unknown(couldNotLook(at, "what listens on the ports of the host", listeners.reason))];
  const listens = listeners.value.some(({ address, port }) =>
    meets({ address, hostPort: port, port }, published),
  );
  return [
    listens
      ? block({
          at,
          found: `${place}, on which a program listens that is no container`,
          expected: "a port that is free, or the front proxy's own",
          fix: `find it with ss -ltnp on the host and stop it, or publish another port`,
        })
      : pass({ at, found: `${place}, which is free` }),
  ];
}

function owned(owner: ContainerFacts, args: PublishedPortArgs, place: string): Finding {
  const { at, adopted, stopSeconds } = args;
  if (isOwnProxy(owner, args.gateway))
    return pass({ at, found: `${place}, which the front proxy has` });
  const project = projectOf(owner);
  if (adopted !== undefined && project === adopted)
    return warn({
      at,
      found: `${place}, which ${owner.name} of the Compose project ${adopted} has: it is stopped once the new gateways are ready, and the front proxy starts at once: new requests are refused while those that are open there end, at most ${stopSeconds} s, and for about a second more`,
      expected: "no gap",
      fix: "choose a quiet time for this one change; each upgrade after it has no gap",
    });
  return block({
    at,
    found: `${place}, which container ${owner.name} has${project === undefined ? "" : ` of the Compose project ${project}`}`,
    expected: "a port that is free, or the front proxy's own",
    fix: "stop that container, publish another port, or set adopt: true to take its project over",
  });
}

const isUp = (state: ContainerFacts["state"]): boolean =>
  state === "running" || state === "paused" || state === "restarting";

const isOwnProxy = ({ labels }: ContainerFacts, gateway: string): boolean =>
  labels[GATEWAY_LABEL] === gateway && labels[ROLE_LABEL] === "proxy";

/** @param bind - `0.0.0.0:8787`; undefined for one that was made before this was noted, which counts as listening there */
function listensThere(bind: string | undefined, published: HostPort): boolean {
  if (bind === undefined) return true;
  const colon = bind.lastIndexOf(":");
  return portsMeet(
    { address: bind.slice(0, colon), port: Number(bind.slice(colon + 1)) },
    published,
  );
}

const meets = (
  { address, hostPort }: PortFacts,
  published: { readonly address: string; readonly port: number },
): boolean => portsMeet({ address, port: hostPort }, published);
