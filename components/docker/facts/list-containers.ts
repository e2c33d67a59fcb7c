import type Docker from "dockerode";
import { isGone } from "../api/is-gone";
import { GATEWAY_LABEL } from "../objects/container-spec";
import type { ContainerFacts } from "./host-facts";
import { parseInspected, readContainer, type Inspected } from "./read-container";

/** Containers of a host, stopped ones included; those of one gateway if it is named. */
export async function inspectAll(docker: Docker, gateway?: string): Promise<readonly Inspected[]> {
  const filters = gateway === undefined ? {} : { label: [`${GATEWAY_LABEL}=${gateway}`] };
  const listed = await docker.listContainers({ all: true, filters: JSON.stringify(filters) });
  const found = await Promise.all(listed.map(({ Id }) => inspectOne(docker, Id)));
  return found.filter((one) => one !== undefined);
}

/** The same, as gates and steps judge them. */
export const listContainers = async (
  docker: Docker,
  gateway?: string,
): Promise<readonly ContainerFacts[]> => (await inspectAll(docker, gateway)).map(readContainer);

/** One container by its name or id; undefined if it is gone. */
export async function inspectOne(docker: Docker, name: string): Promise<Inspected | undefined> {
  try {
    return parseInspected(await docker.getContainer(name).inspect());
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
