import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { newsIn, readBamfCatalogue, releaseOf } from "../../components/bamf/catalogue";
import { newsOf } from "../../components/upgrade/plan/catalogue";
import { known } from "./known";

const builtIn = join(import.meta.dirname, "../../components/bamf/catalogue.yaml");

/** Reads the catalogue with one text of it changed. */
async function changed(from: string, to: string) {
  const text = await readFile(builtIn, "utf8");
  expect(text).toContain(from);
  const folder = await mkdtemp(join(tmpdir(), "catalogue-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "bamf.yaml");
  await writeFile(file, text.replace(from, to));
  return readBamfCatalogue(file, "gateways:bamf.catalogue");
}

describe("the catalogue of BAMF", () => {
  test.each([
    ["a misspelt key", "revisions: [b7e2d4f1", "revision: [b7e2d4f1", "releases.2.revision"],
    ["a head that does not follow", "head: e7f0a5b4", "head: d6e9f4a3", "releases.8.head"],
    ["releases out of order", 'version: "0.2.1"', 'version: "0.1.9"', "releases.3.version"],
    ["a revision in no release", "[b7e2d4f1, c5d8e3f2]", "[c5d8e3f2]", "revisions: found"],
    ["a row without a source", "source: v0.5.0:helm/bamf/values.schema.json", "", "source: found"],
  ])("with %s is refused, and the error names the place", async (_, from, to, place) => {
    await expect(changed(from, to)).rejects.toThrow(place);
  });

  test("tells chart and image of a release apart: the one has no v, the other has", () => {
    for (const { version, chart, images } of known.releases) {
      expect(images.tag).toBe(`v${version}`);
      expect(chart.version).toBe(version === "0.0.0" ? "0.1.0" : version);
    }
  });

  test("says up to 0.4.0 that the chart's own image tag was never published", () => {
    const misnamed = known.releases.filter(({ chart, images }) => chart.appVersion !== images.tag);
    expect(misnamed.map(({ version }) => version)).toEqual([
      "0.1.0",
      "0.2.0",
      "0.2.1",
      "0.3.0",
      "0.3.1",
      "0.3.2",
      "0.4.0",
    ]);
  });

  test("finds a release by its tag as well", () => {
    expect(releaseOf(known, "v0.10.0")).toBe(releaseOf(known, "0.10.0"));
  });

  test("tells the gates what each release on the way brings, with the place of its notes", () => {
    const news = newsOf(newsIn(known), { from: "0.9.1", to: "0.11.0" });
    expect(news.map(({ releases }) => releases)).toEqual(["0.10.0", "0.11.0"]);
    expect(news[0]?.words).toContain("tables of the edges are renamed");
    expect(news[0]?.notes).toBe("https://github.com/mattrobinsonsre/bamf/releases/tag/v0.10.0");
  });
});
