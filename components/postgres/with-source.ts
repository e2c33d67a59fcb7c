import type { ContainerQuery, Container, OpenPlatform, PlatformPlace } from "../upgrade/platform";
import { StepFailure, type StepIo } from "../upgrade/step-io";
import { withClientContainer } from "./client-container";
import type { DatabaseSource, JobSource, ReachableSource } from "./database-source";

/**
 * Runs work with a source that can be used at once: a connection string, the container in which the database runs, or one that was made
 * for the work and is removed afterwards. Whoever opens a database in a step does it in here.
 *
 * @throws StepFailure if no single container is meant, or if ours does not start.
 */
export async function withSource<T>(
  source: DatabaseSource,
  open: OpenPlatform,
  io: StepIo,
  work: (source: ReachableSource) => Promise<T>,
): Promise<T> {
  if (source.kind === "url") return work(source);
  if (source.kind === "job")
    // Not stopped by the step's signal: what was made has to be removed.
    return open(source, { ...io, signal: undefined }, (platform) =>
      withClientContainer(source, platform, io, work),
    );
  // Open until the work is done: where a program in the container fails, the place knows whether it was the container's fault.
  return open(source, io, async (platform) =>
    work(await reachableSource(source, (_, query) => platform.findContainer(query))),
  );
}

/**
 * The source with its container found.
 *
 * @throws StepFailure if none or more than one is meant.
 */
export async function reachableSource(
  source: Exclude<DatabaseSource, JobSource>,
  find: (place: PlatformPlace, query: ContainerQuery) => Promise<Container>,
): Promise<ReachableSource> {
  if (source.kind === "url") return source;
  const { pod: instance, selector, container, database, user } = source;
  const found = await find(source, { instance, selector, container });
  return { kind: "container", container: found, database, user };
}

/** A database that was never made, as before a first install: neither what would run it nor what would hold its data is there. */
export class DatabaseNotMade extends StepFailure {
  /** @param database - its name; @param reason - what was looked for, in words */
  constructor(
    readonly database: string,
    reason: string,
  ) {
    super(reason, "install the gateway first");
  }
}
