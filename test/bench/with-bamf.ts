import { join } from "node:path";
import { clearBamf } from "../lab/bamf/clear";
import { ensureBamf } from "../lab/bamf/ensure";
import { makeBamf, openBamf, type BamfGateways } from "../lab/bamf/gateways";
import { bamfByHelm, type HelmBamf } from "../lab/bamf/helm";
import { succeeded } from "../lab/demo/expect";
import { readSettings } from "../lab/settings";
import type { Bench } from "./measure";

/** Two BAMFs of one release, each with an agent from elsewhere: one that this program has installed, one by plain Helm. Their stack is `prod`. */
export interface TwoBamfs {
  readonly ours: BamfGateways;
  readonly other: BamfGateways;
  readonly helm: HelmBamf;
}

const BRIDGES = 2;

/** Installs both, hands them out, and leaves nothing of them. */
export async function withBamfs<T>(
  { lab, directory, say }: Bench,
  release: string,
  work: (bamfs: TwoBamfs) => Promise<T>,
): Promise<T> {
  const settings = readSettings(process.env);
  const { charts } = await ensureBamf(settings, say);
  const names = ["bench-bamf", "bench-bamf-helm"] as const;
  const [own, foreign] = [join(directory, names[0]), join(directory, names[1])];
  const clear = async () => {
    await clearBamf(lab, names[0], own);
    await clearBamf(lab, names[1], foreign);
  };
  await clear();
  try {
    const ours = await makeBamf(lab, {
      ...{ name: names[0], directory: own, charts, release, bridges: BRIDGES },
      stacks: ["prod"],
      bamf: { sessions: { limitMinutes: 1 } },
      config: { "gateways:promotion": null },
    });
    say(`installs ${release} with this program`);
    succeeded(await ours.project.up("prod"));
    await ours.joinForeignAgent("prod", release);
    const other = openBamf(lab, { name: names[1], directory: foreign });
    const helm = await bamfByHelm(lab, settings, other, "prod", charts, {
      bridges: BRIDGES,
    });
    say(`installs ${release} with Helm`);
    await helm.install(release);
    await other.joinForeignAgent("prod", release);
    return await work({ ours, other, helm });
  } finally {
    await clear();
  }
}
