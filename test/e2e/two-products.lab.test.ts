import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bamfPlace, ensureRedis } from "../lab/bamf/around";
import { clearBamf } from "../lab/bamf/clear";
import { ensureBamf } from "../lab/bamf/ensure";
import { bamfConfigOf, bamfSecretsOf, ensureBamfDatabase } from "../lab/bamf/gateways";
import { clusterEyes, type ClusterEyes } from "../lab/cluster-eyes";
import { clearGateways } from "../lab/demo/clear";
import { makeGateways, type Gateways } from "../lab/gateways";
import { connectLab, type Lab } from "../lab/lab";
import { readSettings } from "../lab/settings";
import { QUICK_BAMF } from "./bamf-stage";
import { QUICK } from "./stage";

const NAME = "two-products";
/** Where the BAMF is: smoltbot has the name itself. */
const BAMF = `${NAME}-bamf`;

/** Each test on what the one before it left. */
describe("a stack with a smoltbot and a BAMF", () => {
  let lab: Lab;
  let gateways: Gateways;
  let smoltbot: ClusterEyes;
  let bamf: ClusterEyes;
  let directory: string;
  const clear = async () => {
    await clearBamf(lab, BAMF, directory);
    await clearGateways(lab, NAME, directory);
  };
  const up = async () => {
    const run = await gateways.project.up("prod");
    expect(run.exitCode, run.all).toBe(0);
  };

  beforeAll(async () => {
    lab = await connectLab();
    const { charts } = await ensureBamf(readSettings(process.env));
    directory = await mkdtemp(join(lab.home, `e2e-${NAME}-`));
    const names = { namespace: `${BAMF}-prod`, database: `${BAMF}-prod`.replaceAll("-", "_") };
    const place = bamfPlace(names.namespace);
    await clear();
    await ensureBamfDatabase(lab, names.database);
    await ensureRedis(lab, place);
    const options = { release: "v0.10.0", charts, bridges: 2, bamf: QUICK_BAMF };
    const { "gateways:bamf": settings } = bamfConfigOf(lab, options, names);
    const config = { "gateways:bamf": settings, "gateways:promotion": null };
    const stacks = ["prod"] as const;
    gateways = await makeGateways(lab, { name: NAME, directory, stacks, config, smoltbot: QUICK });
    await gateways.project.setSecrets("prod", bamfSecretsOf(lab, names));
    smoltbot = clusterEyes(lab, gateways.namespace("prod"));
    bamf = clusterEyes(lab, names.namespace);
    await up();
  });
  afterAll(clear);

  test("upgrades the one without touching the other", async () => {
    const before = await bamf.versions();
    await gateways.project.setVersion("prod", "1.1.0");
    await up();
    expect(await bamf.versions()).toEqual(before);

    const other = await smoltbot.versions();
    const release = "0.11.0";
    const consents = { major: { release, reason: "a test" } };
    await gateways.project.configure("prod", { "gateways:bamf": { notesRead: release, consents } });
    await gateways.project.setVersion("prod", release, "bamf");
    await up();
    expect(await smoltbot.versions()).toEqual(other);
    expect(await gateways.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.1.0" },
      bamfEvidence: { version: release },
    });
  });

  test("takes both back in one run", async () => {
    const release = "0.10.0";
    const consents = { major: { release, reason: "a test" } };
    await gateways.project.configure("prod", { "gateways:bamf": { notesRead: release, consents } });
    await gateways.project.setVersion("prod", "1.0.0");
    await gateways.project.setVersion("prod", release, "bamf");
    await up();
    expect(await gateways.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: "1.0.0" },
      bamfEvidence: { version: release },
    });
  });
});
