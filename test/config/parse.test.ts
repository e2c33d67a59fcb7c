import { describe, expect, test } from "vitest";
import { describeFaults, parseConfig } from "../../components/config/parse";

const smoltbot = {
  version: "1.1.0",
  kubernetes: { context: "prod", namespace: "smoltbot" },
  chart: { path: "charts/mnemom-gateway" },
};
const keys = (gateway: unknown, others: Readonly<Record<string, string>> = {}) => ({
  "gateways:smoltbot": JSON.stringify(gateway),
  "gateways:smoltbotSecrets": "{}",
  ...others,
});
const faultsOf = (given: Readonly<Record<string, string>>) => {
  const parsed = parseConfig(given);
  return "faults" in parsed ? parsed.faults : [];
};

describe("a stack file", () => {
  test("that says the least is completed with the guide's own numbers (S-27, S-52, S-53)", () => {
    const parsed = parseConfig(keys(smoltbot));
    expect("gateways" in parsed && parsed.gateways[0]?.smoltbot).toMatchObject({
      kubernetes: { release: "smoltbot" },
      availability: { replicas: 2, minAvailable: 1 },
      schema: { retries: 3, deadlineSeconds: 300, image: "ghcr.io/mnemom/migrate" },
      backup: {
        database: "url",
        format: "custom",
        directory: "backups",
        keep: 10,
        maxAgeMinutes: 60,
      },
    });
  });

  test("with several faults names all of them at once, each with its path and its fix", () => {
    const faults = faultsOf(
      keys(
        { ...smoltbot, version: 1.1, kubernetes: { contxt: "prod", namespace: "Smoltbot" } },
        { "gateways:bogus": "1" },
      ),
    );
    expect(faults.map(({ at }) => at)).toEqual([
      "gateways:smoltbot.version",
      "gateways:smoltbot.kubernetes.context",
      "gateways:smoltbot.kubernetes.namespace",
      "gateways:smoltbot.kubernetes.contxt",
      "gateways:bogus",
    ]);
    expect(faults.every(({ found, expected, fix }) => found && expected && fix)).toBe(true);
    expect(describeFaults(faults, "prod")).toContain(
      "Pulumi.prod.yaml has 5 faults; nothing was looked at or touched.",
    );
  });

  test("with a misspelt key gets the key that was meant", () => {
    const [fault] = faultsOf(keys({ ...smoltbot, backup: { directry: "dumps" } }));
    expect(fault).toEqual({
      at: "gateways:smoltbot.backup.directry",
      found: "a key that this program does not know",
      expected: "one of database, format, directory, keep, maxAgeMinutes",
      fix: "remove it, or write directory if that was meant",
    });
  });

  test.each([
    ["a number, which YAML makes of an unquoted 1.10", 1.1],
    ["a v in front (T-07)", "v1.1.0"],
    ["a floating name (T-17)", "latest"],
    ["half a version", "1.1"],
  ])("whose version is %s is refused", (_case, version) => {
    expect(faultsOf(keys({ ...smoltbot, version })).map(({ at }) => at)).toEqual([
      "gateways:smoltbot.version",
    ]);
  });

  test("with a faulty secret never shows it", () => {
    const faults = faultsOf(
      keys(smoltbot, {
        "gateways:smoltbotSecrets": JSON.stringify({ "bad key": "hunter2" }),
        "gateways:smoltbotDatabaseUrl": "mysql://root:hunter2@db",
      }),
    );
    expect(faults).toHaveLength(2);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test.each([
    ["with a password in it, which is not shown", "https://root:hunter2@prometheus:9090"],
    ["of another protocol", "ftp://prometheus"],
    ["that is none", "prometheus"],
  ])("whose URL of Prometheus is one %s is refused", (_case, url) => {
    const faults = faultsOf(keys({ ...smoltbot, verify: { prometheus: { url } } }));
    expect(faults.map(({ at, expected }) => [at, expected])).toEqual([
      ["gateways:smoltbot.verify.prometheus.url", "an http or https URL without user and password"],
    ]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test("with a faulty token for Prometheus never shows it", () => {
    const token = { "gateways:smoltbotPrometheusToken": '{"hunter":2}' };
    const faults = faultsOf(keys(smoltbot, token));
    expect(faults.map(({ at, found }) => [at, found])).toEqual([
      ["gateways:smoltbotPrometheusToken", "a secret that is not shown"],
    ]);
  });

  test("may hold keys of other programs", () => {
    expect(faultsOf(keys(smoltbot, { "aws:region": "eu-central-1" }))).toEqual([]);
  });
});
