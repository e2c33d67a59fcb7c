import { describe, expect, test } from "vitest";
import { failingChecks } from "../../../components/steps/failing-checks";
import { worstFirst } from "../../../components/steps/verification/fault";
import { judgeHealth } from "../../../components/steps/verification/judge-health";
import { errorLines, logFaults } from "../../../components/steps/verification/judge-log";
import {
  countRestarts,
  judgeRestarts,
} from "../../../components/steps/verification/judge-instances";
import { judgeProbes } from "../../../components/steps/verification/judge-probes";
import { verificationInputSchema } from "../../../components/steps/verification-input";
import { instance as pod } from "../rollout-worlds";

const reply = (status: number, body: unknown) => ({ status, body: JSON.stringify(body) });
const checks = { redis: { ok: true }, supabase: { ok: true }, license: { ok: true } };
const well = reply(200, { status: "ok", checks });

describe("a readiness answer", () => {
  test.each([
    ["that is ok complains about nothing", well, ""],
    [
      "with a failing check names it (S-16, T-03)",
      reply(503, { status: "degraded", checks: { ...checks, supabase: { ok: false } } }),
      "supabase not ok",
    ],
    [
      "with an expired license says so (T-09)",
      reply(503, {
        status: "degraded",
        checks: { ...checks, license: { ok: false, warning: "license_expired" } },
      }),
      "license not ok (license_expired)",
    ],
    [
      "before the start has no checks",
      reply(503, { status: "not_ready" }),
      "status 503, not_ready",
    ],
    ["of 503 is bad whatever its body says (T-15)", reply(503, { status: "ok" }), "status 503, ok"],
    ["of a proxy has no body to read", { status: 502, body: "<html>" }, "status 502"],
    [
      "by words names the check that is not well (T-35)",
      reply(503, { status: "not ready", checks: { database: "unhealthy", redis: "healthy" } }),
      "database not ok (unhealthy)",
    ],
    [
      "by words that all say well complains about nothing (T-35)",
      reply(200, { status: "ready", checks: { database: "healthy", redis: "healthy" } }),
      "",
    ],
  ])("%s", (_, answer, complaint) => {
    expect(failingChecks(answer)).toBe(complaint);
  });
});

describe("a pod's health", () => {
  const about = reply(200, { status: "ok", version: "1.1.0" });
  const live = reply(200, { status: "ok" });

  test("is good when it is ready and alive (S-16, S-17, S-31)", () => {
    expect(judgeHealth("pod a", { ready: well, live, about }, undefined)).toEqual([]);
  });

  test("counts every complaint, and silence too", () => {
    const faults = judgeHealth(
      "pod a",
      { ready: undefined, live: undefined, about: undefined },
      "1.1.0",
    );
    expect(faults.map(({ text }) => text)).toEqual([
      "pod a is not ready: no answer",
      "pod a is not alive: no answer",
      "pod a says it is version unknown, expected 1.1.0",
    ]);
  });

  test("holds a version against it only where one is expected (T-10, T-11)", () => {
    expect(judgeHealth("pod a", { ready: well, live, about }, "1.1.0")).toEqual([]);
    expect(judgeHealth("pod a", { ready: well, live, about }, "1.2.0")).toHaveLength(1);
  });
});

describe("restarts", () => {
  test("from before the verification do not count, new ones do (S-30, S-50)", () => {
    const before = countRestarts([pod("a", { restartCount: 2 })]);
    expect(judgeRestarts(before, before)).toEqual({ restarts: 0, faults: [] });
    const after = countRestarts([pod("a", { restartCount: 3 }), pod("b", { restartCount: 1 })]);
    expect(judgeRestarts(before, after)).toMatchObject({ restarts: 2 });
  });
});

describe("our own requests", () => {
  const probe = (status: number | undefined) => ({
    by: "service" as const,
    path: "/anthropic/v1/models",
    ok: [200, 401],
    reply: status === undefined ? undefined : { status, body: "" },
  });

  test("pass with an expected answer, even a refusal by the provider (S-20)", () => {
    expect(judgeProbes([probe(200), probe(401)], 0)).toEqual({ failed: 0, faults: [] });
  });

  test("that ask for readiness tell which check has failed (S-16)", () => {
    const sick = { ...checks, supabase: { ok: false } };
    const answer = reply(503, { status: "degraded", checks: sick });
    const { faults } = judgeProbes(
      [{ by: "service", path: "/health/ready", ok: [200], reply: answer }],
      0,
    );
    expect(faults[0]?.text).toBe(
      "1 of 1 requests through the gateway failed: /health/ready 503 (supabase not ok)",
    );
  });

  test("fail with any other answer, and with none", () => {
    const { failed, faults } = judgeProbes([probe(200), probe(403), probe(undefined)], 0.01);
    expect(failed).toBe(2);
    expect(faults[0]?.text).toBe(
      "2 of 3 requests through the gateway failed: /anthropic/v1/models 403, /anthropic/v1/models no answer",
    );
  });
});

describe("requests from outside", () => {
  const url = "https://gateway.example/anthropic/v1/models";
  const from = (by: "service" | "url", status: number) => ({
    by,
    path: url,
    ok: [200, 401],
    reply: { status, body: "" },
  });

  test("that fail are not made up for by many good ones through the Service (S-20)", () => {
    const good = Array.from({ length: 99 }, () => from("service", 401));
    expect(judgeProbes([...good, from("url", 401)], 0.01)).toEqual({ failed: 0, faults: [] });
    const { failed, faults } = judgeProbes([...good, from("url", 404)], 0.01);
    expect(failed).toBe(1);
    expect(faults[0]?.text).toBe(`1 of 1 requests from outside failed: ${url} 404`);
  });

  test("that nobody answers say why", () => {
    const silent = { ...from("url", 0), reply: undefined, silence: "certificate has expired" };
    expect(judgeProbes([silent], 0).faults[0]?.text).toBe(
      `1 of 1 requests from outside failed: ${url} no answer (certificate has expired)`,
    );
  });
});

test.each([404, 405, 403, 502])(
  "an answer %i of the product's own route is no good one (S-20)",
  (status) => {
    const { ok } = verificationInputSchema.shape.proxied.parse({});
    const reply = { status, body: "" };
    expect(judgeProbes([{ by: "service", path: "/", ok, reply }], 0.01).failed).toBe(1);
  },
);

describe("a log", () => {
  const line = (level: string) => JSON.stringify({ level, message: "boom" });

  test("is searched for lines of level error, and for errors that nobody caught (S-18, S-19)", () => {
    const lines = [
      line("info"),
      line("error"),
      line("fatal"),
      "null",
      "Uncaught Error: x",
      "error",
    ];
    expect(errorLines(lines, [])).toEqual([line("error"), line("fatal"), "Uncaught Error: x"]);
  });

  test("may hold errors that the stack file has named", () => {
    expect(errorLines([line("error")], [/boom/])).toEqual([]);
  });

  test("is told by its number of errors and the last three", () => {
    expect(logFaults("pod a", ["1", "2", "3", "4"])[0]?.text).toBe(
      "pod a has logged 4 errors, at last: 2 | 3 | 4",
    );
    expect(logFaults("pod a", [])).toEqual([]);
  });
});

test("faults are told worst first", () => {
  const log = { kind: "log", text: "log" } as const;
  const rollout = { kind: "rollout", text: "rollout" } as const;
  expect(worstFirst([log, rollout])).toEqual([rollout, log]);
});
