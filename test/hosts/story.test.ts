import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { evidence, record, type Registration } from "../story/recorder";
import { sum } from "./agents";
import { agentsInFile } from "./stack-values";

vi.mock(import("../../components/hosts/api/agent-program"), async (original) => ({
  ...(await original()),
  lookAtAgent: () =>
    Promise.resolve(
      new Map(
        Object.entries({
          machine: "x86_64",
          LoadState: "loaded",
          ActiveState: "active",
          UnitFileState: "enabled",
          binary: "/usr/bin/bamf-agent",
          sha256: sum("a"),
          running: sum("a"),
          freeKiB: "204800",
          tunnels: "0",
        }).map(([name, value]) => [name, [value]]),
      ),
    ),
}));

const logged: string[] = [];

describe("a stack with agents on hosts", () => {
  let folder: string;
  let seen: readonly Registration[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assets-"));
    await mkdir(join(folder, "0.11.0"));
    const list = `${sum("b")}  bamf-agent-linux-amd64\n`;
    await writeFile(join(folder, "0.11.0", "checksums.txt"), list);
    await writeFile(join(folder, "0.11.0", "bamf-agent-linux-amd64"), "\x7fELF agent");
    for (const level of ["info", "warn"] as const)
      vi.spyOn(pulumi.log, level).mockImplementation((text) => {
        logged.push(text);
        return Promise.resolve();
      });
    vi.resetModules();
    const { default: program } = await import("../../index");
    pulumi.runtime.setAllConfig({
      "gateways:bamfAgents": JSON.stringify(
        agentsInFile({}, { assets: { folder: join(folder, "{version}") } }),
      ),
    });
    seen = await record(() => program(), { stdout: evidence, preview: true });
    // The whole program is loaded anew for it.
  }, 60_000);
  afterAll(async () => {
    pulumi.runtime.setAllConfig({});
    vi.restoreAllMocks();
    vi.resetModules();
    await rm(folder, { recursive: true });
  });

  test("is taken through all chapters: each group is declared, rolled and verified before the next one (B-38)", () => {
    const work = seen.filter(({ type }) => type.startsWith("command:"));
    expect(work.map(({ name }) => name)).toEqual([
      "bamfAgents-canary",
      "bamfAgents-rollout-canary",
      "bamfAgents-verification-canary",
      "bamfAgents-web",
      "bamfAgents-rollout-web",
      "bamfAgents-verification",
    ]);
    const after = (name: string) => work.find((one) => one.name === name)?.after;
    expect(after("bamfAgents-rollout-canary")).toContain("bamfAgents-canary");
    expect(after("bamfAgents-web")).toEqual(
      expect.arrayContaining(["bamfAgents-rollout-canary", "bamfAgents-verification-canary"]),
    );
  });

  test("tells in its preview what was found, and reads its release by the sums of what runs", () => {
    const report = logged.join("\n");
    expect(report).toContain("First install of 0.11.0.");
    expect(report).toContain(
      "WARN agent-binary at host c1: found a binary of no release that this stack knows (sha256 aaaaaaaaaaaa)",
    );
    expect(report).toMatch(/PASS \d+ checks: .*agent-tunnels, .*host-reach, .*release-assets/);
  });
});
