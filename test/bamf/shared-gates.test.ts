import { afterEach, expect, test, vi } from "vitest";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import { observed } from "../../components/upgrade/observation";
import { ask, evidence, rendering, saidBy } from "./ask-gates";

afterEach(() => {
  vi.restoreAllMocks();
});

test("a minor of 0.x whose notes nobody has read is refused, with their address; once they are read it is not (B-20)", async () => {
  const unread = await ask({});
  expect(saidBy("notes", unread)).toEqual([
    expect.stringMatching(
      /^block gateways:bamf\.notesRead: no notes read; 0\.11\.0 brings: bridges beside the API /,
    ),
  ]);
  const { fix } = unread.findings.find(({ gate }) => gate === "notes") ?? {};
  expect(fix).toContain("https://github.com/mattrobinsonsre/bamf/releases/tag/v0.11.0");
  expect(saidBy("notes", await ask({}, { bamf: { notesRead: "0.11.0" } }))).toEqual([
    "pass gateways:bamf.notesRead: notes of 0.11.0 are read",
  ]);
});

test("a release that staging has not verified is refused, be it another one or with failed probes; one that it has verified is not (B-23)", async () => {
  const promotion = { from: "staging" };
  const judged = async (staging: Partial<Evidence> | undefined) =>
    saidBy(
      "staging-evidence",
      await ask(
        {},
        {
          promotion,
          facts: {
            now: Date.parse("2026-06-01T12:00:00Z"),
            staging: observed(staging && { ...evidence, ...staging }),
          },
        },
      ),
    );
  const at = "stack staging";
  expect(await judged(undefined)).toEqual([`block ${at}: no evidence`]);
  expect(await judged({ version: "0.10.0" })).toEqual([`block ${at}: evidence of 0.10.0 only`]);
  const failed = await judged({ version: "0.11.0", probes: { sent: 20, failed: 1 } });
  expect(failed[0]).toBe(`block ${at}: 1 of 20 probes of 0.11.0 failed`);
  const proven = await judged({ version: "0.11.0" });
  expect(proven[0]).toMatch(/^pass stack staging: 0\.11\.0 verified at .*, soaked 0 h/);
  expect(proven.some((line) => /^(block|unknown)/.test(line))).toBe(false);
});

test("an image that moves under its tag is refused, though the version does not (B-02)", async () => {
  const [api, ...rest] = rendering.objects;
  const latest = JSON.parse(JSON.stringify(api).replace("v0.11.0", "latest")) as KubernetesObject;
  const { findings } = await ask({}, { rendering: { ...rendering, objects: [latest, ...rest] } });
  const { verdict, found } = findings.find(({ gate }) => gate === "image-names") ?? {};
  expect([verdict, found]).toEqual(["block", "image ghcr.io/mattrobinsonsre/bamf-api:latest"]);
});
