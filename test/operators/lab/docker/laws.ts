import type { SeenContainer } from "../../../lab/docker/containers";
import type { DockerStage } from "../../../lab/docker/stage";
import type { LoadReport } from "../../../lab/load";
import type { Happened } from "../laws";
import { oursIn, roleIn } from "./eyes";

/** What has one container that runs whenever an `up` has ended well. */
const ALWAYS = ["postgres", "redis", "observer", "proxy"];

const majorOf = (image: string): string => /:(\d+)\./.exec(image)?.[1] ?? "";

/** Two servers on one volume destroy its data. */
export async function oneServerPerVolume(stage: DockerStage, name: string) {
  const running = (await stage.containers.all()).filter(({ state }) => state === "running");
  const has = ({ inspected }: SeenContainer) =>
    (inspected["Mounts"] as readonly { readonly Name?: string }[]).some(
      (mount) => mount.Name === `${name}_pgdata`,
    );
  const servers = running.filter(has).map((one) => one.name);
  return servers.length > 1 ? [`I9: ${servers.join(" and ")} run on one volume`] : [];
}

/** I2 beyond the gateways: what else belongs to it runs. */
export async function allRuns(
  stage: DockerStage,
  name: string,
  { whole, ended }: Happened,
): Promise<readonly string[]> {
  if (!whole || ended.kind !== "ended well") return [];
  const running = (await oursIn(stage, name)).filter(({ state }) => state === "running");
  const roles = running.map(roleIn);
  return ALWAYS.filter((role) => !roles.includes(role)).map(
    (role) => `I2: exit 0, and no ${role} runs`,
  );
}

/**
 * I8: no request fails in any run, however it ends, unless a major or a restore takes the database away. What the load generator waited for too long is not
 * counted: the machine may be busy.
 *
 * @param hasGap - whether something was stopped by hand, or PostgreSQL or Redis is made anew
 */
export function noRequestFails(
  { before, file }: Happened,
  { byError, sent }: LoadReport,
  hasGap: boolean,
): readonly string[] {
  const majors = new Set([file.release.split(".")[0], ...before.serving.map(majorOf)]);
  const failed = Object.entries(byError).filter(([error]) => error !== "timeout");
  const isAsked = [file.restore?.release, file.downgrade].includes(file.release);
  if (hasGap || isAsked || majors.size > 1 || before.serving.length === 0) return [];
  return failed.length === 0
    ? []
    : [`I8: of ${sent} requests there failed ${JSON.stringify(Object.fromEntries(failed))}`];
}
