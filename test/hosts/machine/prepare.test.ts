import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { bamfCli } from "../../../components/bamf/cli/product";
import { keysSchema } from "../../../components/config/keys";
import type { MachineFacts } from "../../../components/hosts/machine/look";
import { prepareOnMachine, type MachineSources } from "../../../components/hosts/machine/prepare";
import {
  configuredMachine,
  type MachineSettings,
} from "../../../components/hosts/machine/settings";
import { machineVerificationInputSchema } from "../../../components/hosts/machine/steps/verification";
import { programEvidence } from "../../../components/hosts/steps/verification";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed } from "../../../components/upgrade/observation";
import { sum } from "../agents";
import { ASSET, PATH, program } from "./machine";

const releases: Readonly<Record<string, string>> = { "0.10.0": sum("a"), "0.11.0": sum("b") };

/** A world in which this lies on the machine, and the stack has left these outputs. */
const world = (
  found: Partial<MachineFacts>,
  outputs: Readonly<Record<string, unknown>> = {},
  list = true,
): MachineSources => ({
  outputs: () => Promise.resolve(observed(outputs)),
  program: () => Promise.resolve(program(found)),
  sums: (_, release) =>
    list
      ? Promise.resolve({ [ASSET]: releases[release] ?? "", other: sum("e") })
      : Promise.reject(new Error("no answer from the mirror")),
  size: () => (list ? Promise.resolve(20_480) : Promise.reject(new Error("no answer"))),
});

const prepare = async (
  sources: MachineSources,
  change: object = {},
  wanted: Readonly<Record<string, string>> = {},
) => {
  const file = {
    version: "0.11.0",
    machine: { path: PATH, assets: { folder: "/srv/bamf/{version}" } },
    ...change,
  };
  const read: Readonly<Record<string, unknown>> = keysSchema(bamfCli, configuredMachine).parse({
    bamfCli: file,
  });
  const settings = read["bamfCli"] as MachineSettings;
  const config = { name: "bamfCli", settings, secrets: {} };
  const [prepared] = await prepareOnMachine([{ product: bamfCli, config }], wanted, sources);
  return prepared!;
};

/** The evidence that the verification of the very thing that was prepared leaves behind. */
async function verified(sources: MachineSources, change: object = {}): Promise<Evidence> {
  const { target, plan } = await prepare(sources, change);
  const input = machineVerificationInputSchema.parse({
    ...target.verification.input,
    occasion: plan.occasion,
  });
  return programEvidence(input, { [PATH]: `sha256:${input.sums[ASSET] ?? ""}` });
}

const outputsOf = (...history: readonly Evidence[]) => ({
  bamfCliEvidence: history.at(-1),
  bamfCliHistory: history,
});
const gravest = ({ findings }: Awaited<ReturnType<typeof prepare>>) =>
  findings
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "warn")
    .map(({ gate, verdict }) => `${verdict} ${gate}`);
const agreed = {
  consents: { major: { release: "0.11.0", reason: "agreed" } },
  notesRead: "0.11.0",
};
const NEW = { sha256: sum("b"), version: "0.11.0" };

describe("the CLI of this machine, prepared", () => {
  test("that was verified as the stack file wants it changes nothing, whether or not the list of sums can be read (B-40)", async () => {
    const outputs = outputsOf(await verified(world(NEW)));
    const before = await prepare(world(NEW, outputs));
    expect(before).toMatchObject({ unchanged: true, plan: { change: "none", unfinished: false } });
    const without = await prepare(world(NEW, outputs, false));
    expect(without.unchanged).toBe(true);
    expect(without.target.waves.map(({ watch }) => watch)).toEqual(
      before.target.waves.map(({ watch }) => watch),
    );
  });

  test("gives its steps the same input on whatever machine it is prepared", async () => {
    const here = await prepare(world(NEW));
    const there = await prepare(world({ machine: "darwin arm64", sha256: undefined }));
    expect(there.target.waves.map(({ watch }) => watch)).toEqual(
      here.target.waves.map(({ watch }) => watch),
    );
    expect(there.target.verification).toEqual(here.target.verification);
  });

  test("names its stack in notes as it was called at its first up, and takes over only for the release and from the stack that are consented to", async () => {
    const claimOf = async (sources: MachineSources, change: object = {}) => {
      const { target } = await prepare(sources, change);
      return (target.waves[0]?.watch.input as { readonly claim: object }).claim;
    };
    const identity = { bamfCliIdentity: { stack: "first", context: "machine" } };
    expect(await claimOf(world({}))).toEqual({
      stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
    });
    expect(await claimOf(world({}, identity))).toEqual({ stack: `${pulumi.getProject()}/first` });
    const takeOver = { release: "0.11.0", stack: "gateways/staging", reason: "it is gone" };
    expect(await claimOf(world({}), { consents: { takeOver } })).toMatchObject({
      takeOver: "gateways/staging",
    });
    const other = { consents: { takeOver: { ...takeOver, release: "0.12.0" } } };
    expect(await claimOf(world({}), other)).toEqual({
      stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
    });
  });

  test("goes back without a mirror by the file that is kept, or that a run which was cut off has left beside it", async () => {
    const older = await verified(world({}), { version: "0.10.0" });
    const outputs = outputsOf(older, await verified(world(NEW)));
    const back = (beside: readonly string[]) =>
      prepare(world({ ...NEW, beside }, outputs, false), { version: "0.10.0" });
    expect(gravest(await back([sum("a")]))).toEqual([]);
    expect(gravest(await back([]))).toEqual(["block release-assets"]);
  });

  test("goes back to a release that was published anew by the verified file that is kept, and never by the new one (T-31)", async () => {
    const older = await verified(world({}), { version: "0.10.0" });
    const outputs = outputsOf(older, await verified(world(NEW)));
    const back = (beside: readonly string[]) => {
      const sums = () => Promise.resolve({ [ASSET]: sum("c") });
      return prepare({ ...world({ ...NEW, beside }, outputs), sums }, { version: "0.10.0" });
    };
    const kept = await back([sum("a")]);
    expect(gravest(kept)).toEqual([]);
    expect(JSON.stringify(kept.target.waves)).not.toContain(sum("c"));
    expect(gravest(await back([]))).toEqual(["block release-assets"]);
  });

  test("that another stack keeps is refused before anything is touched", async () => {
    const owner = { stack: "gateways/staging", release: "0.10.0", at: undefined };
    expect(gravest(await prepare(world({ owner }), agreed))).toEqual(["block machine-owner"]);
  });

  test("that another stack keeps at the release is taken over by the next up, with consent, and not asked for again", async () => {
    const owner = { stack: "gateways/staging", release: "0.11.0", at: undefined };
    const evidence = await verified(world(NEW));
    const takeOver = { release: "0.11.0", stack: "gateways/staging", reason: "it is gone" };
    const consents = { consents: { takeOver } };
    const before = await prepare(world({ ...NEW, owner }, outputsOf(evidence)), consents);
    expect(before.unchanged).toBe(false);
    expect(before.plan.occasion).toBe(
      `${PATH} of this machine kept by gateways/staging so far; last verified ${evidence.verifiedAt}`,
    );
    const after = outputsOf(evidence, { ...evidence, occasion: before.plan.occasion });
    const own = { ...owner, stack: `${pulumi.getProject()}/${pulumi.getStack()}` };
    expect((await prepare(world({ ...NEW, owner: own }, after), consents)).unchanged).toBe(true);
    expect((await prepare(world({ ...NEW, owner }, outputsOf(evidence)))).unchanged).toBe(true);
  });

  test("asks to be brought along on another machine than the one on which it was verified, until it is", async () => {
    const evidence = await verified(world(NEW));
    const there = await prepare(world({}, outputsOf(evidence)));
    expect(there.unchanged).toBe(false);
    expect(there.plan.occasion).toBe(
      `${PATH} of this machine not at the release; last verified ${evidence.verifiedAt}`,
    );
    const after = await verified(world({}, outputsOf(evidence)));
    expect((await prepare(world(NEW, outputsOf(evidence, after)))).unchanged).toBe(true);
  });

  test("comes to another major only with consent and notes, and never past its API (B-30)", async () => {
    const outputs = outputsOf(await verified(world({}), { version: "0.10.0" }));
    expect(gravest(await prepare(world({}, outputs)))).toEqual([
      "block version-policy",
      "block notes",
    ]);
    const ahead = { ...agreed, api: { release: "0.10.0" } };
    expect(gravest(await prepare(world({}, outputs), ahead))).toEqual(["block behind-api"]);
    expect(gravest(await prepare(world({}, outputs), agreed))).toEqual([]);
  });

  test("holds an API of the same stack file that would go back before it, by what it says of itself (B-30)", async () => {
    const evidence = await verified(world(NEW));
    const outputs = { ...outputsOf(evidence), bamfEvidence: evidence };
    const api = { api: { gateway: "bamf" } };
    const held = await prepare(world(NEW, outputs), api, { bamf: "0.10.0" });
    expect(gravest(held)).toEqual(["block skew-on-the-way"]);
    const byHand = { sha256: sum("f"), version: "0.11.3" };
    const strange = await prepare(world(byHand, outputs), api, { bamf: "0.10.0" });
    expect(strange.findings.find(({ gate }) => gate === "skew-on-the-way")?.found).toMatch(
      /^CLI at \/usr\/local\/bin\/bamf 0\.11\.3 beside API 0\.11\.0/,
    );
  });

  test("never comes past an API of the same stack that runs, whatever was verified of that last (B-30)", async () => {
    const evidence = await verified(world({}), { version: "0.10.0" });
    const outputs = { ...outputsOf(evidence), bamfEvidence: { ...evidence, version: "0.11.0" } };
    const beside = (release: string) =>
      prepare(
        { ...world({}, outputs), running: () => Promise.resolve([release]) },
        { ...agreed, api: { gateway: "bamf" } },
      );
    expect(gravest(await beside("0.10.0"))).toEqual(["block behind-api"]);
    expect(gravest(await beside("0.11.0"))).toEqual([]);
  });

  test("that says of itself that it is no release is one of which nobody can tell whether it is newer, and one that is not there yet comes to the wanted one (B-30)", async () => {
    const outputs = { bamfEvidence: await verified(world(NEW)) };
    const built = world({ sha256: sum("f"), version: "dev" }, outputs);
    const none = world({ sha256: undefined, version: undefined }, outputs);
    expect(gravest(await prepare(none, { api: { gateway: "bamf" } }, { bamf: "0.10.0" }))).toEqual([
      "block skew-on-the-way",
    ]);
    const back = { version: "0.10.0", api: { gateway: "bamf" } };
    const { findings } = await prepare(built, back, { bamf: "0.10.0" });
    expect(
      findings.flatMap(({ gate, found }) => (gate === "skew-on-the-way" ? [found] : [])),
    ).toEqual([
      "nobody can tell the release of /usr/local/bin/bamf, while the API goes back to 0.10.0",
    ]);
  });
});
