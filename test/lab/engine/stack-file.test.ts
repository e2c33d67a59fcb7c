import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { editVersion, mergeStackFile, relocateStackFile } from "./stack-file";

const committed = `# Staging goes first.
encryptionsalt: v1:abc
config:
  # The gateway.
  gateways:smoltbot:
    version: "1.1.0" # the upgrade is this line
    kubernetes: { context: staging, namespace: smoltbot }
    chart:
      repo: https://charts.example.org
      name: gateway
  gateways:smoltbotSecrets:
    SUPABASE_KEY: { secure: AAABAAA }
    OTHER:
      secure: AAA
`;

describe("a committed stack file that moves to another place", () => {
  const moved = relocateStackFile(committed, {
    "gateways:smoltbot": {
      kubernetes: { context: "lab" },
      chart: { path: "charts/gateway", repo: null, name: null },
      values: { replicas: [1, 2] },
    },
  });

  test("has the overrides merged in, and null takes a key away", () => {
    expect(parse(moved)).toMatchObject({
      config: {
        "gateways:smoltbot": {
          version: "1.1.0",
          kubernetes: { context: "lab", namespace: "smoltbot" },
          chart: { path: "charts/gateway" },
          values: { replicas: [1, 2] },
        },
      },
    });
    expect(moved).not.toContain("charts.example.org");
  });

  test("keeps its comments", () => {
    expect(moved).toContain("# The gateway.");
    expect(moved).toContain('version: "1.1.0" # the upgrade is this line');
  });

  test("leaves behind what only its owner can decrypt", () => {
    expect(moved).not.toMatch(/secure|encryptionsalt/);
  });

  test("may be empty before", () => {
    const config = { "gateways:smoltbot": { version: "1.0.0" } };
    expect(parse(relocateStackFile("", config))).toEqual({ config });
  });
});

test("more configuration leaves the secrets of a stack file alone", () => {
  const merged = mergeStackFile(committed, { "gateways:smoltbotSecrets": { MORE: "x" } });
  expect(merged).toContain("encryptionsalt: v1:abc");
  expect(parse(merged)).toMatchObject({
    config: { "gateways:smoltbotSecrets": { OTHER: { secure: "AAA" }, MORE: "x" } },
  });
});

describe("the edit that is an upgrade", () => {
  test("differs in one line, keeps quotes and comment, and is shown as a diff", () => {
    const edit = editVersion(committed, "1.2.0");
    const before = committed.split("\n");
    const changed = edit.text.split("\n").filter((line, index) => line !== before[index]);
    expect(changed).toEqual(['    version: "1.2.0" # the upgrade is this line']);
    expect(edit.diff).toBe(
      '-    version: "1.1.0" # the upgrade is this line\n+    version: "1.2.0" # the upgrade is this line',
    );
  });

  test("is that of the named product where a stack has two", () => {
    const both = `${committed}  gateways:bamf:\n    version: "0.10.0"\n`;
    expect(editVersion(both, "0.11.0", "bamf").diff).toBe(
      '-    version: "0.10.0"\n+    version: "0.11.0"',
    );
  });

  test("shows nothing when the release is there already", () => {
    expect(editVersion(committed, "1.1.0")).toEqual({ text: committed, diff: "" });
  });

  test("is refused in a file without a release", () => {
    expect(() => editVersion("config: {}", "1.2.0")).toThrow("gateways:smoltbot has no version");
  });
});
