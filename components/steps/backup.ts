import { nothingSaved, saveDatabase, type SaveResult } from "../dumps/save-database";
import type { JobSource, ReachableSource } from "../postgres/database-source";
import { DatabaseNotMade, withSource } from "../postgres/with-source";
import type { OpenPlatform } from "../upgrade/platform";
import { redactorOf } from "../upgrade/redact";
import { StepFailure, wordsOf, type StepIo } from "../upgrade/step-io";
import type { BackupInput } from "./backup-input";
import { openPlatform } from "./open-platform";
import { runningReleases } from "./running-releases";

/**
 * Leaves a proven dump of the database, or says why none is needed; see {@link saveDatabase}. On a way back within a major none is: one
 * that is wanted there and cannot be taken stops nothing.
 *
 * @throws StepFailure
 */
export async function runBackup(
  input: BackupInput,
  io: StepIo,
  open: OpenPlatform = openPlatform,
): Promise<SaveResult> {
  if (input.external !== undefined) return nothingSaved(takenElsewhere);
  const { cameBack, onTheWayBack, release } = input;
  if (cameBack !== undefined && !onTheWayBack) {
    const left = nothingSaved(
      `going back from ${cameBack.from} to ${release} leaves the database as it is`,
    );
    io.say(`no dump is taken: ${left.reason}`);
    return left;
  }
  try {
    return await save(input, io, open);
  } catch (error) {
    if (io.signal?.aborted === true) {
      throw new StepFailure("the backup was stopped before its end; nothing was kept", again);
    }
    if (cameBack !== undefined) {
      // Unlike a failure, what a step leaves goes into the state as it is (law 6).
      const why = redactorOf(io.env)(wordsOf(error));
      io.say(
        `no dump of the newer state could be taken, and the way back did not wait for one: ${why}`,
      );
      return nothingSaved(why);
    }
    if (error instanceof DatabaseNotMade) return nothingSaved(error.reason);
    if (error instanceof StepFailure) throw error;
    throw new StepFailure(wordsOf(error), `see to the reason, then ${again}`);
  }
}

const again = "run this again";

/** Going back needs none, so it is for the schema step to ask, before it migrates. */
const takenElsewhere =
  "backup.external: no dump is taken; before a migration its evidence is asked for once more";

async function save(input: BackupInput, io: StepIo, open: OpenPlatform): Promise<SaveResult> {
  const { source, scratch } = input;
  const missing = source.kind === "job" ? await missingSecret(source, io, open) : undefined;
  if (missing !== undefined)
    return nothingSaved(`no ${missing} names a database yet: no gateway has run here`);
  const readRunning = () => releasesOf(input, io, open);
  const saveFrom = (from: ReachableSource) => (to?: ReachableSource) =>
    saveDatabase(input, { source: from, scratch: to, readRunning }, io);
  return withSource(source, open, io, (reachable) =>
    scratch === undefined
      ? saveFrom(reachable)()
      : withSource(scratch, open, io, saveFrom(reachable)),
  );
}

/** The Secret that would name the database, in words; undefined if it is there. */
const missingSecret = (
  source: JobSource,
  io: StepIo,
  open: OpenPlatform,
): Promise<string | undefined> =>
  open(source, io, async (platform) => {
    const { exists, words } = await platform.findSecret(source.secret.name);
    return exists ? undefined : words;
  });

async function releasesOf(
  { gatewaySelector, gatewayContainer, namespace, ...input }: BackupInput,
  io: StepIo,
  open: OpenPlatform,
): Promise<readonly string[]> {
  if (namespace === undefined || gatewaySelector === undefined || gatewayContainer === undefined)
    return [];
  const { target, kubeconfig, context, host, hostKey } = input;
  return runningReleases(
    () =>
      open({ target, kubeconfig, context, namespace, host, hostKey }, io, (platform) =>
        platform.runningImages(gatewaySelector, gatewayContainer),
      ),
    io.say,
  );
}
