import { describe, expect, test } from "vitest";
import { AGENTS, agentAsset, cliAsset } from "../../../components/bamf/hosts/assets";

describe("what a release has for a machine (T-31)", () => {
  test.each([
    ["x86_64", "bamf-agent-linux-amd64"],
    ["aarch64", "bamf-agent-linux-arm64"],
  ])("the agent of a %s host is %s (B-36)", (machine, name) => {
    expect(agentAsset(machine)).toEqual({ name });
  });

  test("each machine that uname may name has its agent (B-36)", () => {
    expect(AGENTS).toMatchObject({
      x86_64: "bamf-agent-linux-amd64",
      aarch64: "bamf-agent-linux-arm64",
    });
  });

  test("a machine for which nothing is built is refused by its name", () => {
    expect(agentAsset("armv7l")).toEqual({
      refused: "machine armv7l: there are binaries for amd64 and arm64 alone",
    });
    expect(cliAsset("linux", "riscv64")).toHaveProperty("refused");
    expect(cliAsset("win32", "x64")).toHaveProperty("refused");
  });

  test.each([
    ["linux", "x64", "bamf-linux-amd64"],
    ["linux", "arm64", "bamf-linux-arm64"],
    ["darwin", "arm64", "bamf-darwin-universal"],
    ["darwin", "x64", "bamf-darwin-universal"],
  ])("the CLI for %s on %s is %s (B-40)", (platform, machine, name) => {
    expect(cliAsset(platform, machine)).toEqual({ name });
  });
});
