import { describe, expect, test } from "vitest";
import { planHosts, type PlanSubject } from "../../../components/hosts/gateway/plan-hosts";
import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed, unavailable, type Observation } from "../../../components/upgrade/observation";
import { describePlan } from "../../../components/upgrade/plan/describe-plan";
import type { HostFacts } from "../../../components/hosts/facts/host-facts";
import { agent, groups, sum } from "../agents";
import { noFacts } from "../no-facts";

const assets = { x86_64: "bamf-agent-linux-amd64" };
const known = { [sum("a")]: "0.10.0", [sum("b")]: "0.11.0" };
const evidence = (version: string, more: Partial<Evidence> = {}): Evidence => ({
  version,
  digests: {},
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-01-01T00:00:00.000Z",
  probes: { sent: 0, failed: 0 },
  restarts: 0,
  ...more,
});
const at = (digit: string): Observation<HostFacts> =>
  observed(agent({ sha256: sum(digit), running: sum(digit) }));

const plan = (
  wanted: "0.10.0" | "0.11.0",
  hosts: Readonly<Record<string, Observation<HostFacts>>>,
  verified?: Evidence,
  takeOver?: string,
) => {
  const subject: PlanSubject = {
    groups,
    claim: { stack: "gateways/prod", takeOver },
    assets,
    known,
    wanted: { "bamf-agent-linux-amd64": wanted === "0.10.0" ? sum("a") : sum("b") },
    facts: { ...noFacts, hosts, own: observed(verified) },
  };
  return planHosts(wanted, subject);
};

describe("a plan of agents on hosts", () => {
  test("goes by what the processes execute, and goes back by programs alone", () => {
    const up = plan("0.11.0", { c1: at("a"), c2: at("a") }, evidence("0.10.0"));
    expect(up).toMatchObject({ change: "major", from: "0.10.0", unfinished: false, occasion: "" });
    expect(describePlan(up)).toBe(
      "Major upgrade from 0.10.0 to 0.11.0. Going back: set the version to 0.10.0; programs only, no restore.",
    );
    expect(describePlan(plan("0.10.0", { c1: at("b") }, evidence("0.11.0")))).toBe(
      "Rollback from 0.11.0 to 0.10.0 across a major: programs only; the binary from before was kept. Going back: set the version to 0.11.0; programs only, no restore.",
    );
  });

  test("of a rollout that has halted goes on from where it was, and back from there", () => {
    const mixed = { c1: at("b"), c2: at("a") };
    expect(plan("0.11.0", mixed, evidence("0.10.0"))).toMatchObject({
      change: "major",
      from: "0.10.0",
      unfinished: true,
    });
    expect(plan("0.10.0", mixed, evidence("0.10.0"))).toMatchObject({
      change: "rollback-across-major",
      from: "0.11.0",
      occasion: "c1 not at the release; last verified 2026-01-01T00:00:00.000Z",
    });
  });

  test("asks for a rollout where a host that was out of reach has come back with an older release, once for each verification", () => {
    const behind = { c1: at("b"), w1: at("a") };
    const asked = "w1 not at the release; last verified 2026-01-01T00:00:00.000Z";
    expect(plan("0.11.0", behind, evidence("0.11.0")).occasion).toBe(asked);
    const done = evidence("0.11.0", { occasion: asked });
    expect(plan("0.11.0", { c1: at("b"), w1: at("b") }, done).occasion).toBe(asked);
  });

  test("asks for a rollout where another stack keeps a host that is at the release, and the operator has consented to take it over, until it has", () => {
    const by = (stack: string) =>
      observed(
        agent({
          sha256: sum("b"),
          running: sum("b"),
          owner: { stack, release: "0.11.0", at: undefined },
        }),
      );
    const kept = { c1: by("gateways/staging"), c2: by("gateways/prod") };
    const occasion = (hosts: typeof kept, takeOver?: string) =>
      plan("0.11.0", hosts, evidence("0.11.0"), takeOver).occasion;
    expect(occasion(kept, "gateways/staging")).toBe(
      "c1 kept by gateways/staging so far; last verified 2026-01-01T00:00:00.000Z",
    );
    expect(occasion(kept)).toBe("");
    expect(occasion(kept, "gateways/other")).toBe("");
    expect(occasion({ ...kept, c1: by("gateways/prod") }, "gateways/staging")).toBe("");
  });

  test("asks for a rollout where a second instance of another release takes new tunnels, until it is about to end", () => {
    const beside = (phase: "leads" | "leaves") =>
      observed(agent({ beside: { sha256: sum("b"), phase, tunnels: 1 } }));
    expect(plan("0.10.0", { c1: beside("leads") }, evidence("0.10.0"))).toMatchObject({
      from: "0.11.0",
      occasion: "c1 not at the release; last verified 2026-01-01T00:00:00.000Z",
    });
    expect(plan("0.10.0", { c1: beside("leaves") }, evidence("0.10.0"))).toMatchObject({
      from: "0.10.0",
      occasion: "",
    });
  });

  test("of hosts that nobody has looked at, or of unknown binaries, is a first install", () => {
    expect(plan("0.11.0", { c1: unavailable("no answer"), c2: at("d") })).toMatchObject({
      change: "install",
      occasion: "",
    });
  });
});
