import { expect, test } from "vitest";
import type { HostFacts } from "../../../components/hosts/facts/host-facts";
import type { BesideOutcome } from "../../../components/hosts/plan/beside";
import type { HostsAccess } from "../../../components/hosts/roll/hosts-access";
import { rollGroups } from "../../../components/hosts/roll/roll-groups";
import { agent, sum } from "../agents";

const wanted = { release: "0.11.0", sha256: sum("b"), sizeKiB: 100 };
const LEADS: BesideOutcome = { outcome: "leads", reason: "" };

/** Rolls one host, whose agent has so many tunnels at each look, the last number from then on. */
async function roll(
  tunnels: readonly number[],
  came: BesideOutcome | undefined,
  change: Partial<HostFacts> = {},
) {
  const [done, said, open]: [string[], string[], number[]] = [[], [], [...tunnels]];
  let facts: HostFacts = agent(change);
  const access: HostsAccess = {
    look: () => {
      facts = { ...facts, tunnels: open.length > 1 ? open.shift() : open[0] };
      done.push(`look ${facts.tunnels ?? "?"}`);
      return Promise.resolve(facts);
    },
    stage: () => Promise.resolve(void done.push("stage")).then(() => undefined),
    beside: () => Promise.resolve(came),
    dismiss: () => Promise.resolve(void done.push("dismiss")).then(() => undefined),
    swap: () => {
      done.push("swap");
      return Promise.resolve({ outcome: "swapped", reason: "", identity: "kept" });
    },
  };
  const groups = [{ name: "canary", size: 1, mayMiss: 0, hosts: ["c1"] }];
  const policy = { policy: "stop", limitSeconds: 60, consented: new Map() } as const;
  const task = { groups, wanted: () => wanted, tunnels: policy, everySeconds: 0.01 };
  const io = { env: {}, say: (line: string) => said.push(line) };
  const end = await rollGroups(task, access, io).catch((error: unknown) => String(error));
  return { end, done, said };
}

test("with a second instance beside, an agent is stopped once it has had no tunnel for two looks: one may have been on its way (5.3)", async () => {
  const { end, done, said } = await roll([3, 3, 0, 1, 0, 0], LEADS);
  const looks = ["look 3", "stage", "look 3", "look 0", "look 1", "look 0", "look 0"];
  expect(done).toEqual([...looks, "swap"]);
  expect(end).toMatchObject({ hosts: [{ isBeside: true, found: 3, tunnels: 0 }] });
  expect(said).toContain("c1: a second instance takes its new tunnels");
});

test("a host on which none can run says why, and waits for its tunnels as without", async () => {
  const { end, done, said } = await roll([1, 1, 0], {
    outcome: "cannot",
    reason: "there is no curl",
  });
  expect(done).toEqual(["look 1", "stage", "look 1", "look 0", "swap"]);
  expect(end).toMatchObject({ hosts: [{ isBeside: false, found: 1, tunnels: 0 }] });
  expect(said).toContain("c1: no second instance: there is no curl");
});

test("a release that does not come up beside the old agent halts there, with that one serving and its tunnels kept (B-38)", async () => {
  const reason = "release 0.11.0 does not come up beside the one that runs: it is failed";
  const { end, done } = await roll([3], { outcome: "failed", reason });
  expect(done).toEqual(["look 3", "stage"]);
  expect(end).toMatch(
    /c1: release 0\.11\.0 does not come up .*it is failed; its agent was not stopped/,
  );
});

test("a second instance of a release that is not wanted any more is told to end, also where the agent is at the wanted one", async () => {
  const beside = { sha256: sum("c"), phase: "leads", tunnels: 1 } as const;
  const at = { sha256: sum("b"), running: sum("b") };
  expect((await roll([2], LEADS, { ...at, beside })).done).toEqual(["look 2", "dismiss"]);
  const leaves = { ...beside, phase: "leaves" } as const;
  expect((await roll([2], LEADS, { ...at, beside: leaves })).done).toEqual(["look 2"]);
});
