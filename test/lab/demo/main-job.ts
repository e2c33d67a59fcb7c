import type { KubernetesObject } from "@kubernetes/client-node";
import { clusterEyes } from "../cluster-eyes";
import { queryDatabase, seedDatabase } from "../database";
import type { Gateways, Stack } from "../gateways";
import type { Lab } from "../lab";
import { startLoad, type LoadReport } from "../load";
import type { PulumiRun } from "../engine/pulumi-cli";
import { lineOf, lossless, refused, succeeded, unchanged } from "./expect";
import type { Story } from "./story";

export interface Stage {
  readonly lab: Lab;
  readonly gateways: Gateways;
  readonly story: Story;
  readonly say: (line: string) => void;
}

/** How many scenes {@link playMainJob} has. */
export const SCENES = 9;

const OLD = "1.0.0";
const NEW = "1.1.0";
const ROWS = 2000;
const REQUESTS_PER_SECOND = 100;

/** From 1.0.0 to 1.1.0, staging first, prod under load, and back by reverting one line. */
export async function playMainJob(stage: Stage): Promise<void> {
  const { lab, gateways, story, say } = stage;
  const { project } = gateways;
  const options = { tell: tellQuietly(say) };
  const up = async (stack: Stack) => succeeded(await project.up(stack, options));
  const edit = async (stack: Stack, version: string) => {
    say(`Pulumi.${stack}.yaml:\n${await project.setVersion(stack, version)}`);
  };

  await story.play(`staging: install ${OLD}`, async () => {
    await edit("staging", OLD);
    await up("staging");
    return { outcome: "installed and verified" };
  });
  await story.play(`prod: install ${OLD}`, async () => {
    await edit("prod", OLD);
    await up("prod");
    const database = gateways.database("prod");
    await seedDatabase(lab, { database, role: database }, ROWS);
    return { outcome: `installed and verified, ${ROWS} agents in its database` };
  });
  await story.play(`prod: preview ${NEW}`, async () => {
    await edit("prod", NEW);
    refused(await project.preview("prod", options), /BLOCK staging-evidence/);
    return { outcome: "refused: staging has not proven it" };
  });
  await story.play(`staging: up ${NEW}`, async () => {
    await edit("staging", NEW);
    await up("staging");
    return { outcome: `verified; evidence for ${NEW}` };
  });
  await story.play(`prod: preview ${NEW} again`, async () => {
    succeeded(await project.preview("prod", { ...options, args: ["--diff"] }));
    return { outcome: "allowed: diff and report shown" };
  });
  await story.play(`prod: up ${NEW} under load`, async () => {
    const { run, load } = await underLoad(stage, () => up("prod"));
    const proven = /proven: .*/.exec(run.all)?.[0] ?? "no proven backup";
    return { outcome: `verified; backup ${proven}`, load };
  });
  await story.play("prod: preview again", async () => {
    unchanged(await project.preview("prod", options));
    return { outcome: "0 changes" };
  });
  await story.play(`prod: preview back to ${OLD}`, async () => {
    await edit("prod", OLD);
    const run = succeeded(await project.preview("prod", options));
    lineOf(run.all, /Rollback from 1\.1\.0 to 1\.0\.0 within major 1: programs only/);
    return { outcome: "programs only, no restore" };
  });
  await story.play(`prod: up back to ${OLD} under load`, async () => {
    const { load } = await underLoad(stage, () => up("prod"));
    const agents = await queryDatabase(
      lab,
      gateways.database("prod"),
      "SELECT count(*) FROM agents",
    );
    return { outcome: `verified; database untouched, ${agents} agents`, load };
  });
}

async function underLoad(
  { lab, gateways }: Stage,
  work: () => Promise<PulumiRun>,
): Promise<{ readonly run: PulumiRun; readonly load: LoadReport }> {
  const load = startLoad(lab, await gatewayUrl(lab, gateways), REQUESTS_PER_SECOND);
  try {
    const run = await work();
    return { run, load: lossless(await load.stop()) };
  } catch (error) {
    await load.stop();
    throw error;
  }
}

async function gatewayUrl(lab: Lab, gateways: Gateways): Promise<string> {
  const eyes = clusterEyes(lab, gateways.namespace("prod"));
  const service = await eyes.object<KubernetesObject & { spec?: { clusterIP?: string } }>(
    "Service",
    "smoltbot-mnemom-gateway",
  );
  return `http://${service?.spec?.clusterIP ?? ""}:8787/anthropic/v1/messages`;
}

/** The CLI's lines without its dots and without what it says again. */
function tellQuietly(say: (line: string) => void): (line: string) => void {
  let last = "";
  return (line) => {
    if (line.startsWith("@") || line.trim() === "" || line === last) return;
    last = line;
    say(`  ${line}`);
  };
}
