import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { bamfAgents } from "../../../components/bamf/agents/product";
import type { HostFacts } from "../../../components/hosts/facts/host-facts";
import { prepareOnHosts } from "../../../components/hosts/gateway/prepare";
import type { Sources } from "../../../components/hosts/gateway/look-at-hosts";
import { hostsVerificationInputSchema } from "../../../components/hosts/steps/verification-input";
import { runHostsVerification } from "../../../components/hosts/steps/verification";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed } from "../../../components/upgrade/observation";
import { agent, sum } from "../agents";
import { agentsConfig } from "../stack-values";

const asset = "bamf-agent-linux-amd64";
const releases: Readonly<Record<string, string>> = { "0.10.0": sum("a"), "0.11.0": sum("b") };

/** A world in which each host runs what is said, and the stack has left these outputs. */
function world(
  running: Readonly<Record<string, string>>,
  outputs: Readonly<Record<string, unknown>> = {},
  {
    list = true,
    facts = {},
  }: { readonly list?: boolean; readonly facts?: Partial<HostFacts> } = {},
): Sources {
  return {
    outputs: () => Promise.resolve(observed(outputs)),
    host: ({ name }) => {
      const found = running[name];
      return found === undefined
        ? Promise.reject(new Error("no answer within 15 s"))
        : Promise.resolve(agent({ sha256: found, running: found, ...facts }));
    },
    sums: (_, release) =>
      list
        ? Promise.resolve({ [asset]: releases[release] ?? "", other: sum("e") })
        : Promise.reject(new Error("no answer from the mirror")),
    size: () => (list ? Promise.resolve(20_480) : Promise.reject(new Error("no answer"))),
  };
}

const all = (digit: string) => ({ c1: sum(digit), w1: sum(digit), w2: sum(digit) });
const prepare = async (
  sources: Sources,
  change: object = {},
  releases: Readonly<Record<string, string>> = {},
) => {
  const config = agentsConfig(change);
  const [prepared] = await prepareOnHosts([{ product: bamfAgents, config }], releases, sources);
  return prepared!;
};

/** The evidence that the verification of the very thing that was prepared leaves behind. */
async function verified(sources: Sources, change: object = {}): Promise<Evidence> {
  const { target } = await prepare(sources, change);
  const input = hostsVerificationInputSchema.parse({ ...target.verification.input, seconds: 0.01 });
  const io = { env: {}, say: () => undefined };
  return runHostsVerification(input, io, {
    look: (name) => sources.host({ ...agentsHost, name }, 1),
    checks: () => Promise.reject(new Error("nobody asks")),
  });
}
const agentsHost = { address: "", port: 22, user: "", hostKey: "", unit: "", name: "" };

const outputsOf = (...history: readonly Evidence[]) => ({
  bamfAgentsEvidence: history.at(-1),
  bamfAgentsHistory: history,
});

const gravest = ({ findings }: Awaited<ReturnType<typeof prepare>>) =>
  findings
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "warn")
    .map(({ gate, verdict }) => `${verdict} ${gate}`);

describe("agents on hosts, prepared", () => {
  test("that were verified as the stack file wants them change nothing, whether or not the list of sums can be read", async () => {
    const evidence = await verified(world(all("b")));
    const outputs = outputsOf(evidence);
    const before = await prepare(world(all("b"), outputs));
    expect(before).toMatchObject({ unchanged: true, plan: { change: "none", unfinished: false } });
    const without = await prepare(world(all("b"), outputs, { list: false }));
    expect(without.unchanged).toBe(true);
    expect(without.target.verification).toEqual(before.target.verification);
    expect(without.target.waves.map(({ watch, verify }) => [watch, verify])).toEqual(
      before.target.waves.map(({ watch, verify }) => [watch, verify]),
    );
  });

  test("go back to a verified release without its list and its files, by what each host has kept (B-39)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const outputs = outputsOf(old, await verified(world(all("b"))));
    const back = await prepare(
      world(all("b"), outputs, { list: false, facts: { kept: sum("a") } }),
      { version: "0.10.0" },
    );
    expect(back.plan).toMatchObject({ change: "rollback-across-major", from: "0.11.0" });
    expect(gravest(back)).toEqual([]);
    const lost = await prepare(world(all("b"), outputs, { list: false }), { version: "0.10.0" });
    expect(gravest(lost)).toEqual(["block release-assets"]);
  });

  test("come to a release of another major only with consent and notes, and not while a canary is out of reach (B-38)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const asked = await prepare(world({ w1: sum("a"), w2: sum("a") }, outputsOf(old)));
    expect(gravest(asked)).toEqual(["block version-policy", "block notes", "block host-reach"]);
    const consents = { major: { release: "0.11.0", reason: "agreed" } };
    const change = { consents, notesRead: "0.11.0" };
    expect(gravest(await prepare(world(all("a"), outputsOf(old)), change))).toEqual([]);
  });

  test("wait for an API that is as new, as the stack file names it (B-31)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const change = {
      consents: { major: { release: "0.11.0", reason: "agreed" } },
      notesRead: "0.11.0",
      api: { gateway: "bamf" },
    };
    const beside = (version: string) =>
      prepare(world(all("a"), { ...outputsOf(old), bamfEvidence: { ...old, version } }), change);
    expect(gravest(await beside("0.10.0"))).toEqual(["block behind-api"]);
    expect(gravest(await beside("0.11.0"))).toEqual([]);
    const told = { ...change, api: { release: "0.10.0" } };
    expect(gravest(await prepare(world(all("a"), outputsOf(old)), told))).toEqual([
      "block behind-api",
    ]);
  });

  test("hold an API of the same stack file that would go back before them, also for one host alone, and not for one out of reach (B-31, B-34)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const now = await verified(world(all("b")));
    const outputs = { ...outputsOf(old, now), bamfEvidence: now };
    const back = (running: Readonly<Record<string, string>>, version: string) =>
      prepare(
        world(running, outputs, { facts: { kept: sum("a") } }),
        { version, api: { gateway: "bamf" } },
        { bamf: "0.10.0" },
      );
    const stay = await back(all("b"), "0.11.0");
    // Nothing changes for them, and the block holds all the same.
    expect(stay.unchanged).toBe(true);
    expect(gravest({ ...stay, findings: downgradeToWarnings(stay.findings) })).toEqual([
      "block skew-on-the-way",
    ]);
    expect(stay.findings.find(({ gate }) => gate === "skew-on-the-way")?.found).toBe(
      "group canary 0.11.0 beside API 0.10.0, in the way of gateway bamf of this stack to 0.10.0, with API at 0.10.0 and 0.11.0, group canary at 0.11.0, group web at 0.11.0",
    );
    const named = await prepare(
      world(all("b"), outputs),
      { api: { gateway: "bamf", stack: pulumi.getStack() } },
      { bamf: "0.10.0" },
    );
    expect(gravest(named)).toEqual(["block skew-on-the-way"]);
    expect(gravest(await back(all("b"), "0.10.0"))).toEqual(["block skew-on-the-way"]);
    expect(gravest(await back({ ...all("a"), w2: sum("b") }, "0.10.0"))).toEqual([
      "block skew-on-the-way",
    ]);
    expect(gravest(await back(all("a"), "0.10.0"))).toEqual([]);
    const { w1, ...lost } = all("a");
    expect(w1).toBe(sum("a"));
    const away = await back(lost, "0.10.0");
    expect(away.findings.filter(({ gate }) => gate === "skew-on-the-way")).toMatchObject([
      {
        verdict: "warn",
        found: expect.stringMatching(/^out of reach, .*group web 0\.11\.0/) as string,
      },
    ]);
  });

  test("of which one has fallen behind since are rolled and verified again, although the stack file is the same", async () => {
    const evidence = await verified(world(all("b")));
    const behind = await prepare(world({ ...all("b"), w2: sum("a") }, outputsOf(evidence)));
    expect(behind.unchanged).toBe(false);
    expect(behind.plan.occasion).toBe(
      `w2 not at the release; last verified ${evidence.verifiedAt}`,
    );
  });
});
