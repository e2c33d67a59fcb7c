import { lossesOf, withoutLoss } from "../../bamf/report";
import type { Stack } from "../../gateways";
import { blocksIn, unchanged } from "../expect";
import { actionsOf, CROWD, type BamfStage } from "./actions";

/** How many scenes {@link playUpgrade} has. */
export const UPGRADE_SCENES = 6;

const OLD = "v0.10.0";
const NEW = "v0.11.0";
const release = NEW.slice(1);

/** From v0.10.0 to v0.11.0, staging first, prod with tunnels open. For 0.x a minor counts as a major. */
export async function playUpgrade(stage: BamfStage): Promise<void> {
  const { gateways, story } = stage;
  const { up, edit, configure, preview, refusal, upWithTunnels } = actionsOf(stage);
  const prepare = async (stack: Stack) => {
    const major = { release, reason: "its notes are read, the window is agreed" };
    // Nobody's tunnels end by themselves here: after a minute they are carried over.
    const sessions = { limitMinutes: 1 };
    await configure(stack, { notesRead: release, consents: { major }, sessions });
  };

  await story.play(`staging: install ${OLD}`, async () => {
    await up("staging");
    return { outcome: "installed and verified" };
  });
  await story.play(`prod: install ${OLD}`, async () => {
    await up("prod");
    await gateways.joinForeignAgent("prod", OLD);
    return { outcome: "installed and verified; an agent from elsewhere has joined" };
  });
  await story.play(`prod: preview ${NEW}`, async () => {
    await edit("prod", NEW);
    const run = await refusal("prod", /BLOCK staging-evidence/);
    return { outcome: `refused, all at once: ${blocksIn(run).join(", ")}` };
  });
  await story.play(`staging: up ${NEW} with its consents`, async () => {
    await prepare("staging");
    await edit("staging", NEW);
    await up("staging");
    return { outcome: `verified; evidence for ${NEW}` };
  });
  await story.play(`prod: up ${NEW} with ${CROWD.hold} tunnels open`, async () => {
    await prepare("prod");
    await preview("prod", ["--diff"]);
    const { report } = await upWithTunnels("prod");
    const { longestStallMs } = lossesOf(withoutLoss(report));
    const opened = report.passing.opened;
    return {
      outcome: `verified; 0 of ${CROWD.hold} cut, 0 of ${opened} new ones failed, longest stall ${longestStallMs} ms`,
    };
  });
  await story.play("prod: preview again", async () => {
    unchanged(await preview("prod"));
    return { outcome: "0 changes" };
  });
}
