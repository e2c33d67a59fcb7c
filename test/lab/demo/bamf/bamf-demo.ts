import { join } from "node:path";
import { clearBamf } from "../../bamf/clear";
import { ensureBamf } from "../../bamf/ensure";
import { makeBamf, type BamfGateways, type BamfOptions } from "../../bamf/gateways";
import { readSettings } from "../../settings";
import type { Demo } from "../demo-of-product";
import { BREAKING_SCENES, playBreakingHop } from "./breaking-hop";
import { HELM_SCENES, playByHelm } from "./by-helm";
import { playUpgrade, UPGRADE_SCENES } from "./upgrade";

/**
 * Staging first, then prod, with tunnels open through all bridges; then a hop that breaks old pods, and the way back by the downgrade; then the first one
 * again by plain Helm, for comparison.
 */
export const bamfDemo: Demo = {
  scenes: UPGRADE_SCENES + BREAKING_SCENES + HELM_SCENES,
  without: ["prometheus", "versitygw"],
  play: async (told) => {
    const { lab, say } = told;
    const settings = readSettings(process.env);
    const { charts } = await ensureBamf(settings, say);
    const empty = async (
      options: Omit<BamfOptions, "charts" | "directory">,
    ): Promise<BamfGateways> => {
      const directory = join(lab.home, options.name);
      await clearBamf(lab, options.name, directory);
      return makeBamf(lab, { ...options, directory, charts });
    };
    const stage = { ...told, settings, charts };
    const gateways = await empty({ name: "demo-bamf", release: "v0.10.0" });
    await playUpgrade({ ...stage, gateways });
    // One after the other: three installations at once are more than a small machine has room for.
    await clearBamf(lab, "demo-bamf", join(lab.home, "demo-bamf"));
    const alone = { stacks: ["prod"], config: { "gateways:promotion": null } } as const;
    const old = await empty({ name: "demo-bamf-old", release: "v0.9.1", bridges: 2, ...alone });
    await playBreakingHop({ ...stage, gateways: old });
    await clearBamf(lab, "demo-bamf-helm", join(lab.home, "demo-bamf-helm"));
    await playByHelm(stage);
    return { directory: old.project.directory, namespace: old.namespace("prod") };
  },
};
