import { z } from "zod";
import { architectureOf } from "../objects/image-platform";
import type { DaemonFacts } from "./host-facts";

/** What is read of `GET /info` and `GET /version`. Source: `moby/moby@v24.0.7:api/swagger.yaml` (SystemInfo, SystemVersion). */
const answers = z.object({
  info: z.object({
    ID: z.string().default(""),
    Name: z.string().default(""),
    OSType: z.string(),
    Architecture: z.string(),
    NCPU: z.number(),
    MemTotal: z.number(),
    SystemTime: z.string().optional(),
    DockerRootDir: z.string(),
    LiveRestoreEnabled: z.boolean().optional(),
  }),
  version: z.object({ Version: z.string(), ApiVersion: z.string() }),
});

/**
 * What a daemon tells of itself and of its host.
 *
 * @param asked - clock of this machine before and after the question, in milliseconds since the epoch
 * @throws Error naming what is missing if it is no answer of a daemon
 */
export function readDaemon(
  found: { readonly info: unknown; readonly version: unknown },
  asked: DaemonFacts["asked"],
): DaemonFacts {
  const { data, error } = answers.safeParse(found);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new Error(`docker ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unread"}`);
  }
  const { info, version } = data;
  const clock = Date.parse(info.SystemTime ?? "");
  return {
    id: info.ID,
    name: info.Name,
    version: version.Version,
    apiVersion: version.ApiVersion,
    platform: { os: info.OSType, architecture: architectureOf(info.Architecture) },
    cpus: info.NCPU,
    memory: info.MemTotal,
    clock: Number.isNaN(clock) ? undefined : clock,
    asked,
    root: info.DockerRootDir,
    liveRestore: info.LiveRestoreEnabled,
  };
}
