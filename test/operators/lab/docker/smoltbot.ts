import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { succeeded } from "../../../lab/demo/expect";
import { switchLiveRestore } from "../../../lab/docker/host";
import { makeDockerStage, type DockerStage } from "../../../lab/docker/stage";
import { connectLab } from "../../../lab/lab";
import { readSettings } from "../../../lab/settings";
import { STACK, type Facts, type Operated, type OperatedProduct } from "../gateway";
import { sequenceOf } from "../sequence";
import { consentToRestore, smoltbotFacts } from "../smoltbot";
import { draws } from "./draws";
import { deedsOn, type Meddled } from "./deeds";
import { lookAtContainers } from "./eyes";
import { allRuns, noRequestFails, oneServerPerVolume } from "./laws";

const NAME = "drawn";
const PORT = 18_710;
const FIRST = "1.0.0";
/** Requests a second beside each run. */
const RATE = 10;

const facts = ({ secrets }: DockerStage): Facts => ({
  ...smoltbotFacts,
  fewest: 1,
  edits: {
    level: (level) => ({ docker: { environment: { LOG_LEVEL: level } } }),
    replicas: (replicas) => ({ availability: { replicas } }),
  },
  secretsByPath: Object.fromEntries(
    Object.entries(secrets).map(([key, value]) => [`gateways:smoltbotSecrets.${key}`, value]),
  ),
  signs: {
    ...smoltbotFacts.signs,
    "the new gateway takes requests": (under, { seconds }) =>
      under.said(/takes requests from now on/, seconds),
    "the writers are told to stop": (under, { seconds }) =>
      under.said(new RegExp(`stopping ${NAME}-gateway`), seconds),
  },
});

/** How often the database is asked once more, as it may be about to start or to stop. */
const ASKED = 60;

/** Answers of the database; while it does not run nothing changes there, and the last ones hold. */
function sqlOf(stage: DockerStage): Operated["stage"]["sql"] {
  const last = new Map<string, string>();
  const isUp = () =>
    stage.running("postgres").then(
      (names) => names.length > 0,
      () => false,
    );
  return async (_, query) => {
    for (let asked = 1; await isUp(); asked += 1) {
      try {
        const answer = await stage.sql(query);
        if (query.startsWith("SELECT")) last.set(query, answer);
        return answer;
      } catch (error) {
        if (asked >= ASKED) throw error;
        await pause(1000);
      }
    }
    return last.get(query) ?? "";
  };
}

async function open(): Promise<Operated & { readonly close: () => Promise<void> }> {
  const lab = await connectLab();
  const stage = await makeDockerStage(lab, NAME, PORT);
  const directory = join(stage.project.directory, "backups");
  await stage.project.configure(STACK, {
    "gateways:smoltbot": {
      backup: { directory },
      notesRead: "2.0.0",
      docker: { drainSeconds: 20 },
    },
  });
  await stage.project.setSecret(
    STACK,
    "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY",
    "agent key, drawn",
  );
  succeeded(await stage.project.up(STACK));
  await stage.seed(20);
  const meddled: Meddled = { gap: false };
  const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
  await switchLiveRestore(settings, false);
  const deeds = deedsOn({ stage, settings, name: NAME, port: PORT, directory, meddled });
  const known = facts(stage);
  const operated: Operated = {
    stage: { lab, project: stage.project, sql: sqlOf(stage) },
    look: () => lookAtContainers(stage, NAME),
    facts: known,
    directory,
    secrets: Object.entries(known.secretsByPath)
      // An address that many a line names.
      .filter(([path]) => !path.endsWith("SUPABASE_URL"))
      .map(([, value]) => value),
    file: {
      ...{ release: FIRST, before: FIRST, replicas: 1, policy: "stop" },
      ...{ restore: undefined, downgrade: undefined, cut: undefined },
    },
    machine: "laptop",
    carryOut: async (operation) =>
      (await deeds.carryOut(operation)) ?? consentToRestore(operated, operation),
    beforeRun: () => {
      const load = stage.load(RATE);
      return Promise.resolve(async (happened) => {
        const report = await load.stop();
        const broken = [
          ...(await oneServerPerVolume(stage, NAME)),
          ...(await allRuns(stage, NAME, happened)),
          ...noRequestFails(happened, report, meddled.gap),
        ];
        if (happened.whole && happened.ended.kind === "ended well") meddled.gap = false;
        return broken;
      });
    },
  };
  const close = async () => {
    await deeds.undo();
    await stage.clear();
  };
  return Object.assign(operated, { close });
}

/** The gateway smoltbot on a Docker host, operated from a fresh install of 1.0.0. */
export const smoltbotOnDocker: OperatedProduct = { sequence: sequenceOf(draws), open };
