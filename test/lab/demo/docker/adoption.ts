import { composeContainer } from "../../docker/compose";
import { watchGap } from "../../docker/compose-stage";
import { lineOf, unchanged } from "../expect";
import { actionsOf, type DockerDemoStage } from "./actions";

/** How many scenes {@link playAdoption} has. */
export const ADOPTION_SCENES = 3;

const ROWS = 2000;

/** Somebody has started the Compose file of the guide; its data, network and port are taken over while it serves. */
export async function playAdoption(stage: DockerDemoStage, name: string): Promise<void> {
  const { gateway, story, say } = stage;
  const { giveLost, preview, refusal, up } = actionsOf(stage);

  await story.play("preview with adopt: true, of a Compose project of 1.0.0", async () => {
    await gateway.seedCompose(ROWS);
    await refusal(/OPENAI_API_KEY, and the stack file has not/);
    return { outcome: "refused: a variable would be lost" };
  });
  await story.play("preview again with that variable", async () => {
    await giveLost();
    const run = await preview();
    say(lineOf(run.all, /are stopped once the backup is proven/));
    return { outcome: "allowed: what stops, for how long and what stays are said" };
  });
  await story.play("up: the port changes its owner", async () => {
    const gap = watchGap(`${gateway.url}/health/live`);
    const run = await up().finally(() => gap.stop());
    const { longestMs, failed, asked } = await gap.stop();
    say(lineOf(run.all, /the published port had no owner for at most/));
    const agents = await gateway.sql("SELECT count(*) FROM agents");
    if (agents !== String(ROWS)) throw new Error(`expected ${ROWS} agents, not ${agents}`);
    const { state } = await gateway.containers.named(composeContainer(name, "postgres"));
    if (state !== "exited") throw new Error(`PostgreSQL of Compose is ${state}`);
    unchanged(await preview());
    const seconds = (longestMs / 1000).toFixed(1);
    return {
      outcome: `taken over with its ${agents} agents; nobody answered for ${seconds} s (${failed} of ${asked} requests); 0 changes left`,
    };
  });
}
