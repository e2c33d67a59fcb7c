import pRetry from "p-retry";
import type { Session } from "../../postgres/session";
import type { OpenPlatform, Writers } from "../../upgrade/platform";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { readLiveDatabase } from "../../postgres/live-database";
import { dropRestoring } from "../../dumps/restore-beside";
import { describeUndone, type Undone } from "../undone";
import { restoredBefore, type RestoreMeans } from "./restored-before";
import { withServer } from "../../postgres/restore-server";
import { allowConnections } from "../../postgres/swap-databases";

/** How long a server that is gone is waited for, in milliseconds: the gateway is down as long as nothing is undone. */
const longestWait = 60_000;

interface Undoing extends RestoreMeans {
  readonly open: OpenPlatform;
}

/**
 * Puts back what a failed restore has begun, its own run's or that of one that was killed: the newer release serves again on its own
 * database. Looks first whether the databases have changed places after all: then nothing has failed but the answer, and the writers are left to the rollout.
 *
 * @throws StepFailure: the failure, with what was put back.
 */
export async function undo(
  { io, ...means }: Undoing,
  failure: StepFailure,
): Promise<{ readonly skipped: string }> {
  // Whoever asks us to stop wants the gateway to serve.
  const quiet: StepIo = { ...io, signal: undefined };
  const done = await putBack({ ...means, io: quiet }).catch((error: unknown) => {
    throw new StepFailure(
      `${failure.reason}; what was begun could not be undone: ${wordsOf(error)}`,
      `${failure.fix}; run this again as soon as the database and the cluster answer: it goes on or undoes the rest`,
    );
  });
  if (typeof done === "string") return { skipped: done };
  throw new StepFailure(
    `${failure.reason}; ${describeUndone(done, "restore")}`,
    done.left.length === 0
      ? failure.fix
      : `${failure.fix}; or, to serve again, set version and consents.restore back to those of the earlier restore and run up, which rolls its release out`,
  );
}

/** What was put back, in words; or why the restore is done. The database comes first: it knows whether anything is to be put back. */
async function putBack(undoing: Undoing): Promise<Undone | string> {
  const { input, live, io, open } = undoing;
  const label = `gateways restore ${input.release}, undoing`;
  const done = await pRetry(
    () => withServer(live, label, undefined, (server) => undoDatabase(undoing, server)),
    { retries: Infinity, factor: 1, minTimeout: 2000, maxRetryTime: longestWait },
  );
  const withWriters = <T>(work: (writers: Writers) => Promise<T>): Promise<T> =>
    open(input, io, (platform) => work(platform.writers(input.deployments)));
  if (typeof done === "string") {
    // What failed may be this note: without it a later restore that fails would start the newer release on the older schema.
    await withWriters((writers) => writers.keepStopped());
    return done;
  }
  const { started, left } = await withWriters((writers) => writers.start());
  return { undone: [...done, ...started], left };
}

async function undoDatabase(
  { input, live, store }: Undoing,
  server: Session,
): Promise<readonly string[] | string> {
  const look = await readLiveDatabase(server, live.name);
  const words: string[] = [];
  if (look?.open === false) {
    await allowConnections(server, live.name, true);
    words.push(`database ${live.name} lets in again`);
  }
  const restored =
    look === undefined ? undefined : await restoredBefore({ input, live, store }, look);
  if (restored !== undefined) return restored;
  for (const name of await dropRestoring(server, live.name)) words.push(`dropped ${name}`);
  return words;
}
