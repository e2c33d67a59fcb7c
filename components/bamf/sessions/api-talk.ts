import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPONENTS } from "../../root";
import type { Container, Platform } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { BridgeOptions } from "./options";
import { openTalk, type Talk } from "./talk";

/**
 * Speaks with the program that looks after sessions, in whichever API pod is ready.
 *
 * @param resume - brings a new program to where one that is gone was
 */
export async function openApiTalk(
  platform: Pick<Platform, "look" | "findContainer">,
  api: BridgeOptions["api"],
  io: StepIo,
  resume: (ask: Talk["ask"]) => Promise<void> = () => Promise.resolve(),
): Promise<Talk> {
  const program = await readFile(join(COMPONENTS, "bamf", "sessions", "program.py"), "utf8");
  return openTalk({ program, find: () => findApi(platform, api), resume }, io);
}

/** A pod of the API that is ready. */
async function findApi(
  platform: Pick<Platform, "look" | "findContainer">,
  { workload, container }: BridgeOptions["api"],
): Promise<Container> {
  const { instances } = await platform.look(workload);
  const ready = instances.find(({ readySince }) => readySince !== undefined);
  if (ready !== undefined) return platform.findContainer({ instance: ready.name, container });
  throw new StepFailure(
    `no instance of ${workload} is ready`,
    "see why the API is not ready, then run the upgrade again",
  );
}
