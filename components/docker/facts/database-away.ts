import { GATEWAY_LABEL } from "../objects/container-spec";
import type { HostFacts } from "./host-facts";
import { isStill } from "./is-still";

/** The container of a database, and what is known of it. */
export interface DatabaseContainer {
  readonly name: string;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** True if this stack has once verified the gateway. */
  readonly verified: boolean;
}

/**
 * Whether nobody can look at a database before this run makes or starts its container: it is gone, or was made and never started, as a run leaves it that was killed
 * while it made the container anew; or it was stopped, and the first step that needs it starts it. Where the stack has never verified the gateway that is no answer: it may be the wrong stack, on somebody's data.
 */
export function isDatabaseAway(
  { containers }: Pick<HostFacts, "containers">,
  { name, gateway, verified }: DatabaseContainer,
): boolean {
  if (!verified) return false;
  const found = containers.find((one) => one.name === name);
  return (
    found === undefined ||
    (found.labels[GATEWAY_LABEL] === gateway && (found.state === "created" || isStill(found)))
  );
}
