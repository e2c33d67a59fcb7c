import type Docker from "dockerode";
import { within } from "../../postgres/within";
import { withDaemon, type DaemonAddress } from "./open-docker";

/**
 * Longest look at a Docker host, in seconds. It is longer than other looks, since containers share the host with its daemon: one that was busy with gateways under load took
 * more than 15 s, and a way back must not be refused for that.
 */
export const longestHostLook = 60;

/**
 * Looks at something by way of a Docker daemon. A daemon that accepts a connection and then says nothing ends the look at its limit, and the connections with it: one that stays
 * open would keep the program from its end.
 *
 * @param seconds - the limit. @defaultValue {@link longestHostLook}
 * @throws Error of one sentence at the limit; whatever the work throws
 */
export const lookAtDocker = <T>(
  address: DaemonAddress,
  work: (docker: Docker) => Promise<T>,
  seconds = longestHostLook,
): Promise<T> =>
  within(seconds, `Docker at ${address.host}`, (signal) => withDaemon(address, work, { signal }));
