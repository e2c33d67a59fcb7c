import { join } from "node:path";
import { succeeded } from "../../../lab/demo/expect";
import { dockerdProcess, ensureDockerHost } from "../../../lab/docker/host";
import { makeDockerStage, type DockerStage } from "../../../lab/docker/stage";
import { connectLab } from "../../../lab/lab";
import { readSettings } from "../../../lab/settings";
import { until } from "../../../lab/until";
import { STACK, type Facts, type Operated, type OperatedProduct } from "../gateway";
import type { Operation } from "../operation";
import { sequenceOf } from "../sequence";
import { consentToRestore, smoltbotFacts } from "../smoltbot";
import { draws } from "./draws";
import { lookAtContainers, oursIn, roleIn } from "./eyes";
import { allRuns, noRequestFails, oneServerPerVolume } from "./laws";

const NAME = "drawn";
const PORT = 18_710;
const FIRST = "1.0.0";
/** Requests a second beside each run. */
const RATE = 10;

/** What of the host and of the stack file lets requests fail until an `up` has ended well. */
interface Gap {
  open: boolean;
}

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
  },
});

/** Answers of the database; while it does not run nothing changes there, and the last ones hold. */
function sqlOf(stage: DockerStage): Operated["stage"]["sql"] {
  const last = new Map<string, string>();
  return async (_, query) => {
    const isUp = (await stage.running("postgres")).length > 0;
    if (!isUp) return last.get(query) ?? "";
    const answer = await stage.sql(query);
    if (query.startsWith("SELECT")) last.set(query, answer);
    return answer;
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
  const gap: Gap = { open: false };
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
      (await deedOnHost(stage, gap, operation)) ?? consentToRestore(operated, operation),
    beforeRun: () => {
      const load = stage.load(RATE);
      return Promise.resolve(async (happened) => {
        const report = await load.stop();
        const broken = [
          ...(await oneServerPerVolume(stage, NAME)),
          ...(await allRuns(stage, NAME, happened)),
          ...noRequestFails(happened, report, gap.open),
        ];
        if (happened.whole && happened.ended.kind === "ended well") gap.open = false;
        return broken;
      });
    },
  };
  return Object.assign(operated, { close: stage.clear });
}

/** Does what is done on the host, or to what only a Docker host has; undefined if it is something else. */
async function deedOnHost(
  stage: DockerStage,
  gap: Gap,
  operation: Operation,
): Promise<string | undefined> {
  const limit = async (role: string, memoryMiB: number): Promise<string> => {
    const limits = { [role]: { memoryMiB } };
    await stage.project.configure(STACK, { "gateways:smoltbot": { docker: { limits } } });
    return "done";
  };
  switch (operation.kind) {
    case "limit the front proxy":
      return limit("proxy", operation.mebibytes);
    case "limit Redis":
      gap.open = true;
      return limit("redis", operation.mebibytes);
    case "stop by hand":
      gap.open = true;
      return byHand(stage, operation.role, stage.stopByHand);
    case "restart by hand":
      return byHand(stage, operation.role, stage.restartByHand);
    case "remove by hand and refresh":
      gap.open = true;
      await byHand(stage, operation.role, stage.containers.remove);
      return `refreshed with exit code ${(await stage.project.refresh(STACK)).exitCode}`;
    case "the daemon is killed":
      gap.open = true;
      return endDaemon(stage, "SIGKILL");
    case "the daemon is restarted":
      await endDaemon(stage, "SIGTERM");
      if (await isBack(stage)) return "done";
      gap.open = true;
      return "done, and nothing serves";
    default:
      return undefined;
  }
}

/** Does something to one running container of that role, past the engine. */
async function byHand(
  stage: DockerStage,
  role: string,
  act: (name: string) => Promise<void>,
): Promise<string> {
  const found = (await oursIn(stage, NAME)).find(
    (one) => roleIn(one) === role && one.state === "running",
  );
  if (found === undefined) return "nothing there";
  await act(found.name);
  return "done";
}

async function endDaemon(stage: DockerStage, signal: NodeJS.Signals): Promise<string> {
  const settings = readSettings({ ...process.env, LAB_HOME: (await connectLab()).home });
  process.kill((await dockerdProcess(settings))!.pid, signal);
  const isGone = async () => (await dockerdProcess(settings)) === undefined;
  await until("the daemon is gone", isGone, { seconds: 120 });
  await ensureDockerHost(settings);
  // What is not ours is for its owner to start.
  await stage.startByHand(`${NAME}-rest`);
  return "done";
}

/** Whether what ran before a restart serves again by itself; one that did not serve does not either. */
async function isBack(stage: DockerStage): Promise<boolean> {
  const answers = () =>
    fetch(`${stage.url}/health/ready`, { signal: AbortSignal.timeout(5000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  return until("the gateway serves again", answers, { seconds: 90 }).then(
    () => true,
    () => false,
  );
}

/** The gateway smoltbot on a Docker host, operated from a fresh install of 1.0.0. */
export const smoltbotOnDocker: OperatedProduct = { sequence: sequenceOf(draws), open };
