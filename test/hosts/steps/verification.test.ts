import { expect, test } from "vitest";
import { bamfAgents } from "../../../components/bamf/agents/product";
import type { HostFacts } from "../../../components/hosts/facts/host-facts";
import { verificationTask } from "../../../components/hosts/gateway/tasks";
import { hostsVerificationInputSchema } from "../../../components/hosts/steps/verification-input";
import { runHostsVerification, type HostEyes } from "../../../components/hosts/steps/verification";
import { evidenceSchema } from "../../../components/upgrade/evidence/evidence";
import { agent, claim, sum } from "../agents";
import { agentsConfig } from "../stack-values";

const sums = { "bamf-agent-linux-amd64": sum("b") };
const well = { sha256: sum("b"), running: sum("b") };
const { unit } = agent();

/** Verifies three hosts that run the release, changed as said; a function sees how often its host was looked at. */
function verify(
  changes: Readonly<Record<string, (looks: number) => Partial<HostFacts> | Error>> = {},
  { checks, group }: { readonly checks?: HostEyes["checks"]; readonly group?: object } = {},
) {
  const config = agentsConfig(
    { api: { url: "https://bamf.example" } },
    group === undefined ? {} : { groups: [{ name: "canary" }, group] },
  );
  const { input } = verificationTask({ product: bamfAgents, config, sums, claim, stack: "prod" });
  const task = hostsVerificationInputSchema.parse({ ...input, seconds: 0.01 });
  const looks = new Map<string, number>();
  const said: string[] = [];
  const eyes: HostEyes = {
    look: (name) => {
      looks.set(name, (looks.get(name) ?? 0) + 1);
      const change = changes[name]?.(looks.get(name) ?? 0) ?? {};
      return change instanceof Error
        ? Promise.reject(change)
        : Promise.resolve(agent({ ...well, ...change }));
    },
    checks: checks ?? (() => Promise.resolve(() => Promise.resolve({ faults: [], said: [] }))),
  };
  const io = { env: {}, say: (line: string) => said.push(line) };
  return runHostsVerification(task, io, eyes).then((evidence) => ({ evidence, said }));
}

test("a release that each host runs is vouched for, host by host and with the sums of its files (B-38)", async () => {
  const { evidence } = await verify();
  expect(evidenceSchema.parse(evidence)).toMatchObject({
    version: "0.11.0",
    digests: {
      "canary/c1": `sha256:${sum("b")}`,
      "web/w1": `sha256:${sum("b")}`,
      "web/w2": `sha256:${sum("b")}`,
    },
    images: { "bamf-agent-linux-amd64:0.11.0": `sha256:${sum("b")}` },
  });
});

test("an older process, a unit that is down or disabled, and a restart meanwhile speak against it, all at once (T-32, T-43)", async () => {
  await expect(
    verify({
      c1: () => ({ running: sum("a") }),
      w1: () => ({ unit: { ...unit, state: "failed", enabled: "disabled" } }),
      w2: (looks) => ({ process: looks }),
    }),
  ).rejects.toThrow(
    "0.11.0 is not verified: c1: the file is that of the release, and its process executes another one; w1: the unit is failed, not active; w1: the unit is disabled, not enabled; w2: the agent was restarted while it was watched",
  );
});

test("another file in the place of what runs speaks against it too: the next start of the host would bring it (T-32)", async () => {
  await expect(verify({ w1: () => ({ sha256: sum("d") }) })).rejects.toThrow(
    "0.11.0 is not verified: w1: its process executes the release, and another file lies in its place (sha256 dddddddddddd)",
  );
});

test("a host that its group may miss is left out and said; a canary, or one more, speaks against it (B-38)", async () => {
  const gone = () => new Error("no answer within 15 s");
  const { evidence, said } = await verify({ w1: gone }, { group: { name: "web", mayMiss: 50 } });
  expect(evidence.digests["web/w1"]).toBe("");
  expect(said).toContain("w1 is left out: no answer within 15 s");
  await expect(verify({ w1: gone })).rejects.toThrow(
    /out of reach, of group web: w1 \(no answer within 15 s\)/,
  );
  await expect(verify({ c1: gone })).rejects.toThrow(/of group canary: c1/);
});

test("what the product says of its agents speaks against it too, asked by the names that the API knows (B-39)", async () => {
  await expect(
    verify(
      {},
      {
        checks: (kind) =>
          Promise.resolve((hosts, options) => {
            expect(kind).toBe("bamf-agents");
            expect(hosts).toEqual(["c1", "w1", "w2"]);
            expect(options).toMatchObject({ url: "https://bamf.example", names: { w1: "west" } });
            return Promise.resolve({ faults: ["agent west is offline in the API"], said: [] });
          }),
      },
    ),
  ).rejects.toThrow("0.11.0 is not verified: agent west is offline in the API");
});
