import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { Sources } from "../../../components/hosts/gateway/look-at-hosts";
import { downgradeToWarnings } from "../../../components/upgrade/downgrade-to-warnings";
import { sum } from "../agents";
import { all, asset, gravest, outputsOf, prepare, verified, world } from "./prepare-world";

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

  test("go back to a verified release that was published anew, by the verified file that each host has kept, and never by the new one (T-31, B-39)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const outputs = outputsOf(old, await verified(world(all("b"))));
    const anew = (
      running: Readonly<Record<string, string>>,
      had: Readonly<Record<string, unknown>>,
      seen: Parameters<typeof world>[2] = {},
    ) =>
      prepare(
        { ...world(running, had, seen), sums: () => Promise.resolve({ [asset]: sum("c") }) },
        { version: "0.10.0" },
      );
    const back = await anew(all("b"), outputs, { facts: { kept: sum("a") } });
    expect(gravest(back)).toEqual([]);
    expect(JSON.stringify(back.target.waves.map(({ watch }) => watch.input))).not.toContain(
      sum("c"),
    );
    expect(gravest(await anew(all("b"), outputs))).toEqual(["block release-assets"]);
    expect((await anew(all("a"), outputsOf(old))).unchanged).toBe(true);
  });

  test("tell a full disk in the same preview as a list that cannot be read, unless nothing would be stopped (T-31, B-36)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const consents = { major: { release: "0.11.0", reason: "agreed" } };
    const change = { consents, notesRead: "0.11.0" };
    const unread = { list: false, facts: { freeKiB: 0 } };
    const asked = await prepare(world(all("a"), outputsOf(old), unread), change);
    expect(gravest(asked)).toEqual([
      "unknown release-assets",
      ...["c1", "w1", "w2"].map(() => "block host-room"),
    ]);
    const first = await prepare(world(all("a"), {}, unread), { version: "0.10.0" });
    expect(gravest(first)).toEqual(["unknown release-assets"]);
    const stay = await prepare(world(all("a"), outputsOf(old), unread), { version: "0.10.0" });
    expect(gravest(stay)).toEqual([]);
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

  test("wait for an API of the same stack by what runs of it, not by what was verified of it last; of another stack's nobody can look (B-31, B-34)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const asked: string[] = [];
    const beside = (running: Sources["running"], api: object = { gateway: "bamf" }) => {
      const outputs = { ...outputsOf(old), bamfEvidence: { ...old, version: "0.11.0" } };
      const consents = { major: { release: "0.11.0", reason: "agreed" } };
      const sources = { ...world(all("a"), outputs), running };
      return prepare(sources, { consents, notesRead: "0.11.0", api });
    };
    const runs =
      (...releases: readonly string[]): Sources["running"] =>
      (name) => {
        asked.push(name);
        return Promise.resolve(releases);
      };
    expect(gravest(await beside(runs("0.11.0")))).toEqual([]);
    expect(asked).toEqual(["bamf"]);
    const behind = await beside(runs("0.11.0", "0.10.0"));
    expect(gravest(behind)).toEqual(["block behind-api"]);
    expect(behind.findings.find(({ gate }) => gate === "behind-api")?.found).toBe(
      "agent on hosts 0.11.0 beside API 0.10.0, which runs now",
    );
    const elsewhere = { gateway: "bamf", stack: "another" };
    expect(gravest(await beside(runs("0.10.0"), elsewhere))).toEqual([]);
    expect(gravest(await beside(() => undefined))).toEqual([]);
    const silent = await beside(() => Promise.reject(new Error("no route")));
    expect(gravest(silent)).toEqual([]);
    expect(silent.findings.find(({ gate }) => gate === "behind-api")).toMatchObject({
      verdict: "warn",
      found: expect.stringMatching(/no route; API 0\.11\.0, as it was verified last/) as string,
    });
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
    // None of them is stopped while bridges are rolled, either.
    const both = ["block agent-tunnels", "block skew-on-the-way"];
    expect(gravest(await back(all("b"), "0.10.0"))).toEqual(both);
    expect(gravest(await back({ ...all("a"), w2: sum("b") }, "0.10.0"))).toEqual(both);
    // Agents that are down come up with the file that lies there.
    const down = world(all("b"), outputs, { facts: { kept: sum("a"), running: undefined } });
    const lines = { version: "0.10.0", api: { gateway: "bamf" } };
    expect(gravest(await prepare(down, lines, { bamf: "0.10.0" }))).toContain(
      "block skew-on-the-way",
    );
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

  test("in whose place somebody has put another file without a restart are not at the release, and nothing is fetched to bring them there: what runs is what lay there (T-32)", async () => {
    const outputs = outputsOf(await verified(world(all("b"))));
    const replaced = await prepare(
      world(all("b"), outputs, { list: false, facts: { sha256: sum("d") } }),
      { api: { release: "0.11.0" } },
    );
    expect(replaced.unchanged).toBe(false);
    expect(replaced.plan.occasion).toMatch(/^c1, w1, w2 not at the release; last verified /);
    expect(gravest(replaced)).toEqual([]);
  });

  test("hold an API that would go back below the file that their next start takes (B-31)", async () => {
    const old = await verified(world(all("a")), { version: "0.10.0" });
    const outputs = outputsOf(old, await verified(world(all("b"))), old);
    const waiting = world(
      all("a"),
      { ...outputs, bamfEvidence: { ...old, version: "0.11.0" } },
      { facts: { sha256: sum("b") } },
    );
    const back = { version: "0.10.0", api: { gateway: "bamf" } };
    expect(gravest(await prepare(waiting, back, { bamf: "0.10.0" }))).toContain(
      "block skew-on-the-way",
    );
  });
});
