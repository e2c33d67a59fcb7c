import { describe, expect, test } from "vitest";
import { agentAsset, cliAsset, readChecksums } from "../../../components/bamf/hosts/assets";

const sum = (digit: string) => digit.repeat(64);

describe("what a release has for a machine (T-31)", () => {
  test.each([
    ["x86_64", "bamf-agent-linux-amd64"],
    ["aarch64", "bamf-agent-linux-arm64"],
  ])("the agent of a %s host is %s (B-36)", (machine, name) => {
    expect(agentAsset(machine)).toEqual({ name });
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

describe("checksums.txt", () => {
  test("has a sum for each asset, of text and of binary files", () => {
    const text = `${sum("a")}  bamf-agent-linux-amd64\n${sum("b")} *bamf-linux-arm64\n`;
    expect([...readChecksums(text)]).toEqual([
      ["bamf-agent-linux-amd64", sum("a")],
      ["bamf-linux-arm64", sum("b")],
    ]);
  });

  test.each([
    ["an error page", "<html><body>Not Found</body></html>", /found "<html><body>Not Found/],
    ["an empty answer", "\n", /found nothing in it/],
    ["a sum that was cut off", `${sum("a").slice(1)}  bamf`, /expected a sha256/],
    ["two sums of one asset", `${sum("a")}  bamf\n${sum("b")}  bamf\n`, /two sums of bamf/],
  ])("%s is refused (T-31)", (_, text, words) => {
    expect(() => readChecksums(text)).toThrow(words);
  });
});
