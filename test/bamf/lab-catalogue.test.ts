import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBamfCatalogue, releaseOf } from "../../components/bamf/catalogue";
import { cordonKeys } from "../../components/bamf/cordon-keys";
import { writeLabCatalogue } from "../e2e/lab-catalogue";

test("the lab's catalogue is one that the program takes, and vouches for releases that differ by their faults alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bamf-catalogue-"));
  try {
    const catalogue = await readBamfCatalogue(await writeLabCatalogue(folder), "a test");
    expect(catalogue.releases.slice(-5).map(({ version }) => version)).toEqual([
      ...["0.11.0", "0.11.2", "0.11.3", "0.11.4", "0.11.5"],
    ]);
    expect(cordonKeys(catalogue, { api: "0.11.2", bridge: "0.11.0" }).kind).toBe("vouched");
    // It adds a revision.
    expect(releaseOf(catalogue, "0.11.1")).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
