import type { ContainerFacts } from "./host-facts";

/** Which of these names no container has, whatever state it is in. */
export const missingFrom = (
  containers: readonly Pick<ContainerFacts, "name">[],
  names: readonly string[],
): readonly string[] => names.filter((name) => !containers.some((one) => one.name === name));
