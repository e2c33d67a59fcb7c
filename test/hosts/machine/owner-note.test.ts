import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookAtProgram } from "../../../components/hosts/machine/look";
import { partOf } from "../../../components/hosts/machine/owner-note";
import type { WantedProgram } from "../../../components/hosts/machine/swap-program";
import { cli, eachWithCli, here, sum, swap } from "./cli-here";

eachWithCli();

describe("a CLI that another stack keeps at a release (B-40)", () => {
  const theirs = (change: Partial<WantedProgram> = {}) =>
    swap("0.11.0", { claim: { stack: "gateways/staging" }, ...change });
  const said = () => readFile(`${here.path}.gateways-owner`, "utf8");

  test("is left as it is, with the name of that stack and what to do", async () => {
    await swap("0.10.0");
    await expect(theirs()).rejects.toThrow(
      /bin\/bamf is kept by stack gateways\/prod, which wants 0\.10\.0 there since .*Fix: have one stack name that path; .*remove .*\.gateways-owner, or consent/,
    );
    expect(await readFile(here.path)).toEqual(cli("0.10.0"));
    expect(await readdir(join(here.folder, "bin"))).toEqual(["bamf", "bamf.gateways-owner"]);
  });

  test("comes to the other one with a consent that names the first, which is refused from then on; the same consent of another stack does nothing", async () => {
    await swap("0.10.0");
    const from = (takeOver: string) => theirs({ claim: { stack: "gateways/staging", takeOver } });
    await expect(from("gateways/dev")).rejects.toThrow(/is kept by stack gateways\/prod/);
    expect(await from("gateways/prod")).toMatchObject({ from: "fetched" });
    await expect(swap("0.10.0")).rejects.toThrow(/is kept by stack gateways\/staging/);
    expect(await said()).toMatch(/^stack=gateways\/staging\nrelease=0\.11\.0\nat=\d+\n$/);
  });

  test("at the release that both want is neither changed nor taken over", async () => {
    await swap("0.11.0");
    expect(await theirs()).toMatchObject({ from: "unchanged" });
    expect(await said()).toMatch(/^stack=gateways\/prod\n/);
  });

  test("is found by a look, with what lies beside it; nothing is written", async () => {
    await swap("0.11.0");
    await writeFile(`${here.path}.gateways-new`, cli("0.12.0"));
    const before = await readdir(join(here.folder, "bin"));
    const found = await lookAtProgram({ path: here.path, ask: [] });
    expect(found).toMatchObject({
      leadsTo: here.path,
      beside: [sum(cli("0.10.0")), sum(cli("0.12.0"))],
      owner: { stack: "gateways/prod", release: "0.11.0" },
    });
    expect(await readdir(join(here.folder, "bin"))).toEqual(before);
  });

  test("is anybody's once its note is gone, and nobody's as long as its note says nothing", async () => {
    await writeFile(`${here.path}.gateways-owner`, "");
    await expect(theirs()).rejects.toThrow(/kept by a stack that its note does not name/);
    await rm(`${here.path}.gateways-owner`);
    expect(await theirs()).toMatchObject({ from: "fetched" });
  });

  test("goes to one of two that come at one moment, each time", async () => {
    for (let round = 0; round < 20; round += 1) {
      const two = await Promise.allSettled([theirs(), swap("0.11.1")]);
      expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const release = (await said()).includes("prod") ? "0.11.1" : "0.11.0";
      expect(await readFile(here.path)).toEqual(cli(release));
      await rm(`${here.path}.gateways-owner`);
    }
  });

  test("what a killed run has left of a note is no hindrance", async () => {
    await writeFile(partOf(here.path, "gateways/staging"), "stack=gate");
    expect(await theirs()).toMatchObject({ from: "fetched" });
    expect(await said()).toMatch(/^stack=gateways\/staging\n/);
    expect(await readdir(join(here.folder, "bin"))).not.toContainEqual(
      expect.stringContaining(".part"),
    );
  });
});
