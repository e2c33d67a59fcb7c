import type { ContainerFacts } from "./host-facts";

/** Restart policy of what serves: Docker starts it again by itself, unless it was stopped. */
const SERVING = "unless-stopped";

/**
 * True for a container that was stopped though it is to serve: by a person, or by a daemon that came back after it was killed. Without live-restore that one stops
 * what still runs, notes it as stopped by hand, and starts none of it again (seen with Docker 20.10).
 */
export const isStill = ({ state, restart }: Pick<ContainerFacts, "state" | "restart">): boolean =>
  state === "exited" && restart === SERVING;
