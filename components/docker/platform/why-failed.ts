import { sshHost } from "../../ssh/options";
import { StepFailure, wordsOf } from "../../upgrade/step-io";
import { isUnreached, statusOf } from "../api/is-gone";
import { lookAtDocker } from "../api/look-at-docker";
import type { DaemonAddress } from "../api/open-docker";
import { inspectOne } from "../facts/list-containers";
import { readContainer } from "../facts/read-container";

/** How long a daemon has to say that it is there once something has failed, in seconds: a login by SSH may take 10 of them. */
const ANSWERS_WITHIN = 15;

/** Nothing more can be done with a Docker host: its daemon is gone or silent, or the way to it is cut. */
export class DaemonAway extends StepFailure {}

/** Containers in which programs of a step run, each with its last start, in milliseconds since the epoch. */
export type UsedContainers = Map<string, number | undefined>;

/**
 * What a failure of work with a Docker host is told as. A program in a container whose daemon has ended names a connection that was lost, and a check that nobody answers: so
 * the daemon is asked once more, and if it does not answer, that is the reason, and what was noticed first comes after it. If it does, the container may be the reason: it was
 * stopped, removed or started anew under the program.
 *
 * @param options - longest wait for the daemon, and in which containers programs ran. @defaultValue 15 s, in none
 */
export async function whyFailed(
  error: unknown,
  address: DaemonAddress,
  {
    seconds = ANSWERS_WITHIN,
    used = new Map(),
  }: { readonly seconds?: number; readonly used?: UsedContainers } = {},
): Promise<unknown> {
  const { host } = address;
  if (error instanceof DaemonAway) return error;
  const status = statusOf(error);
  if (status !== undefined)
    return new StepFailure(
      `Docker at ${host} refuses: ${wordsOf(error)}`,
      "see to the reason, then run the upgrade again; it goes on from here",
    );
  if (isUnreached(error)) return away(address, wordsOf(error));
  const silent = await lookAtDocker(address, (docker) => docker.ping(), seconds).then(
    () => undefined,
    (why: unknown) => (statusOf(why) === undefined ? wordsOf(why) : undefined),
  );
  const noticed = error instanceof StepFailure ? error.reason : wordsOf(error);
  if (silent !== undefined) return away(address, `${silent}; noticed first: ${noticed}`);
  if (error instanceof StepFailure) return error;
  const lost = await lostContainer(address, used, seconds).catch(() => undefined);
  return lost === undefined ? error : new StepFailure(`${noticed}: ${lost.found}`, lost.fix);
}

/** What has become of the first of them that is not as it was found, and what helps; undefined if all run on. */
const lostContainer = (address: DaemonAddress, used: UsedContainers, seconds: number) =>
  lookAtDocker(
    address,
    async (docker) => {
      for (const [name, startedAt] of used) {
        const inspected = await inspectOne(docker, name);
        const found = inspected && readContainer(inspected);
        if (found === undefined)
          return {
            found: `container ${name} is not there any more`,
            fix: "run pulumi refresh, then the upgrade again: it makes the container on the volume that it had",
          };
        if (found.state !== "running")
          return {
            found: `container ${name} does not run any more: it is ${found.state}`,
            fix: "see what docker logs of it says, then run the upgrade again: it starts what was stopped",
          };
        if (found.startedAt !== startedAt)
          return {
            found: `container ${name} was started anew meanwhile`,
            fix: "see who or what has done it, then run the upgrade again; it goes on from here",
          };
      }
      return undefined;
    },
    seconds,
  );

const away = ({ host, hostKey }: DaemonAddress, why: string): DaemonAway =>
  new DaemonAway(
    // What ssh says is a sentence with its full stop.
    `Docker at ${host} cannot be asked: ${why.replace(/\.$/, "")}`,
    sshHost(host, hostKey) === undefined
      ? "start the Docker daemon (systemctl start docker), then run the upgrade again; it goes on from here"
      : "see that the host is up, lets this user in by ssh, and runs its Docker daemon, then run the upgrade again; it goes on from here",
  );
