import { makeComposeStage } from "../../docker/compose-stage";
import type { Demo } from "../demo-of-product";
import { ADOPTION_SCENES, playAdoption } from "./adoption";
import { MAJOR_SCENES, playMajor } from "./major";
import { playUpgrade, UPGRADE_SCENES } from "./upgrade";

const NAME = "demo";
const PORT = 18_787;

/** smoltbot on one Docker host: a Compose project taken over, upgraded under load and back; then a major, and back with the database. */
export const dockerDemo: Demo = {
  scenes: ADOPTION_SCENES + UPGRADE_SCENES + MAJOR_SCENES,
  without: ["coredns", "prometheus", "versitygw"],
  play: async (told) => {
    const gateway = await makeComposeStage(told.lab, NAME, PORT);
    const stage = { ...told, gateway };
    await playAdoption(stage, NAME);
    await playUpgrade(stage);
    await playMajor(stage);
    return { directory: gateway.project.directory, namespace: NAME };
  },
};
