import type { ContainerFacts } from "../facts/host-facts";
import type { LiveServer } from "../proxy/runtime-api";
import { GATEWAY_LABEL, ROLE_LABEL } from "../objects/container-spec";

/** What becomes of whatever has the name of a container that the engine is about to make. */
export type LeftoverVerdict =
  /** Nobody has the name. */
  | { readonly kind: "free" }
  /** Made by a run that was killed before the engine has noted it. */
  | { readonly kind: "remove" }
  /** It is not touched, and the container cannot be made. */
  | { readonly kind: "keep"; readonly found: string; readonly fix: string };

/** What decides about it. */
export interface LeftoverArgs {
  /** What has the name now; undefined if nothing has. */
  readonly found: ContainerFacts | undefined;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** What the wanted container does: `gateway`, `postgres`. */
  readonly role: string;
  /** What the front proxies that run send to. */
  readonly servers: readonly LiveServer[];
  /** True if this stack has once verified the gateway. One that never has, and whose gateway serves, is the wrong stack or has lost its state. */
  readonly known: boolean;
}

/** Roles that a step starts, and only once the engine has noted them. */
const STARTED_BY_STEPS = ["proxy", "migrate"];
/** Roles that gateways cannot do without. */
const STORES = ["postgres", "redis"];

/**
 * Whether a container that the engine does not know may be removed, so that it can be made: only one of ours, in the same role, and never one that serves.
 *
 * The engine does not know it, or it would not make it. What it has made it notes before anything that depends on it begins: a gateway that the front proxy sends
 * to, a front proxy or a migration that was started was noted by some stack.
 */
export function judgeLeftover(args: LeftoverArgs): LeftoverVerdict {
  const { found, gateway, role } = args;
  if (found === undefined) return { kind: "free" };
  const { name, labels } = found;
  if (labels[GATEWAY_LABEL] !== gateway || labels[ROLE_LABEL] !== role)
    return {
      kind: "keep",
      found: `container ${name} is there, and it is not the ${role} of the gateway ${gateway}`,
      fix: `give it another name (docker rename ${name} ${name}-1), or this gateway another docker.project; if nobody needs it, docker stop it and docker rm it`,
    };
  const use = useOf(found, args);
  return use === undefined
    ? { kind: "remove" }
    : {
        kind: "keep",
        found: `container ${name} is there and ${use}, but this stack knows nothing of it`,
        fix: `run the stack that has made it; if its state is lost, import that (pulumi stack import), or remove the container once nobody needs it: docker rm -f ${name}`,
      };
}

/** What it is needed for; undefined if for nothing. */
function useOf(
  { name, state }: ContainerFacts,
  { role, servers, known }: LeftoverArgs,
): string | undefined {
  const isUp = state === "running" || state === "restarting" || state === "paused";
  if (STARTED_BY_STEPS.includes(role)) return isUp ? "was started" : undefined;
  const inUse = servers.filter(({ state: now, open }) => now === "ready" || open > 0);
  if (inUse.some((server) => server.name === name)) return "takes requests";
  if (STORES.includes(role) && isUp && !known && inUse.length > 0)
    return `has the data of ${inUse.map((server) => server.name).join(" and ")}`;
  return undefined;
}
