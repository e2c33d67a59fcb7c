import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { StepFailure } from "../../upgrade/step-io";
import { execute } from "../api/execute";
import type { DockerHost } from "./docker-host";

const LOOK_EVERY_MS = 100;
/** Starts by Docker after which a container is given up. */
const LAST_RESTART = 5;

/** A container at this moment. */
interface OwnCheck {
  readonly isWell: boolean;
  /** Times that Docker has started it again. */
  readonly restarts: number;
}

/**
 * Whether a container passes its own check at this moment. What Docker tells is as old as the check's interval, so that a container which has just
 * started would be waited for longer than it takes.
 */
async function checkNow(docker: Docker, name: string): Promise<OwnCheck> {
  const { State, Config, RestartCount: restarts } = await docker.getContainer(name).inspect();
  if (!State.Running) return { isWell: false, restarts };
  const [kind, ...words] = Config.Healthcheck?.Test ?? [];
  if (kind === undefined || kind === "NONE") return { isWell: true, restarts };
  const program = kind === "CMD-SHELL" ? ["sh", "-c", ...words] : words;
  // It may end in between.
  const result = await execute(docker, name, program).catch(() => undefined);
  return { isWell: result?.code === 0, restarts };
}

/**
 * Waits until all of them pass their own checks.
 *
 * @param also - asked each time as well: may give up early by throwing
 * @throws StepFailure naming those that do not pass within the time, or that end again and again
 */
export async function untilHealthy(
  { docker, io }: Pick<DockerHost, "docker" | "io">,
  names: readonly string[],
  seconds: number,
  also: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const checks = await Promise.all(
      names.map(async (name) => ({ name, ...(await checkNow(docker, name)) })),
    );
    const waiting = checks.filter(({ isWell }) => !isWell);
    if (waiting.length === 0) return;
    await also();
    const over = Date.now() > end;
    const lost = over ? waiting : waiting.filter(({ restarts }) => restarts >= LAST_RESTART);
    if (lost.length > 0)
      throw new StepFailure(
        `${lost.map(({ name }) => name).join(" and ")} ${over ? `not healthy within ${seconds} s` : "does not keep running"}`,
        "mend what docker logs of it names, then run this again",
      );
    await pause(LOOK_EVERY_MS, undefined, { signal: io.signal });
  }
}
