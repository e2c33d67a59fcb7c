import type Docker from "dockerode";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";
import { askProxy } from "../platform/talk";
import { readServers, SHOW_SERVERS } from "../proxy/runtime-api";
import type { ContainerFacts } from "./host-facts";

/**
 * Names of the gateways to which front proxies send requests, or with which something is open; undefined if none of the front proxies runs. If one of a gateway does not answer, or if none of it
 * runs, all its containers that run are taken to serve: the engine may remove one only if it is known that nobody sends to it. Changes nothing.
 */
export async function lookAtServing(
  docker: Docker,
  containers: readonly ContainerFacts[],
): Promise<readonly string[] | undefined> {
  const running = containers.filter(({ state }) => state === "running");
  const proxies = running.filter(isA("proxy"));
  if (proxies.length === 0) return undefined;
  const told = await Promise.all(
    proxies.map(async (proxy) => ({ gateway: gatewayOf(proxy), names: await ask(docker, proxy) })),
  );
  const isTold = (one: ContainerFacts): boolean => {
    const own = told.filter(({ gateway }) => gateway === gatewayOf(one));
    return own.length > 0 && own.every(({ names }) => names !== undefined);
  };
  const taken = running.filter(isA("gateway")).filter((one) => !isTold(one));
  const known = told.flatMap(({ names }) => names ?? []);
  return [...new Set([...known, ...taken.map(({ name }) => name)])];
}

const isA =
  (role: string) =>
  ({ labels }: ContainerFacts): boolean =>
    labels[ROLE_LABEL] === role;

const gatewayOf = ({ labels }: ContainerFacts): string => labels[GATEWAY_LABEL] ?? "";

/** What one front proxy sends to; undefined if it does not answer. */
async function ask(
  docker: Docker,
  { name }: ContainerFacts,
): Promise<readonly string[] | undefined> {
  const told = await askProxy({ docker }, name, SHOW_SERVERS)
    .then(readServers)
    .catch(() => undefined);
  return told?.flatMap((server) =>
    server.state === "ready" || server.open > 0 ? [server.name] : [],
  );
}
