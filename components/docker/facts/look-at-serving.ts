import type Docker from "dockerode";
import { ROLE_LABEL } from "../objects/container-spec";
import { askProxy } from "../platform/talk";
import { readServers, SHOW_SERVERS } from "../proxy/runtime-api";
import type { ContainerFacts } from "./host-facts";

/**
 * Names of the gateways to which front proxies send requests, or with which something is open; undefined if none of the front proxies runs, or if one does not
 * answer. Changes nothing.
 */
export async function lookAtServing(
  docker: Docker,
  containers: readonly ContainerFacts[],
): Promise<readonly string[] | undefined> {
  const proxies = containers.filter(
    ({ labels, state }) => labels[ROLE_LABEL] === "proxy" && state === "running",
  );
  if (proxies.length === 0) return undefined;
  const asked = proxies.map(async ({ name }) =>
    readServers(await askProxy({ docker }, name, SHOW_SERVERS)),
  );
  const told = await Promise.all(asked).catch(() => undefined);
  return told
    ?.flat()
    .flatMap(({ name, state, open }) => (state === "ready" || open > 0 ? [name] : []));
}
