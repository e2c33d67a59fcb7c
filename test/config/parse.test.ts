import { describe, expect, test } from "vitest";
import { describeFaults, secretKeysIn } from "../../components/config/parse";
import { faultsOf, keys, smoltbot, parseStack } from "./stack-values";

describe("a stack file", () => {
  test("that says the least is completed with the guide's own numbers (S-27, S-52, S-53)", () => {
    const parsed = parseStack(keys(smoltbot));
    expect("gateways" in parsed && parsed.gateways[0]?.settings).toMatchObject({
      kubernetes: { release: "smoltbot" },
      availability: { replicas: 2, minAvailable: 1 },
      rollout: { surge: 1, drainSeconds: 10 },
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
      expected: expect.stringMatching(/^one of database, format, directory, /) as string,
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

  test.each([[1], [3], ["25%"], ["100%"]])("may surge by %s", (surge) => {
    expect(faultsOf(keys({ ...smoltbot, rollout: { surge } }))).toEqual([]);
  });

  test.each([[0], [1.5], ["0%"], ["200%"], ["2"]])("may not surge by %s", (surge) => {
    const [fault] = faultsOf(keys({ ...smoltbot, rollout: { surge } }));
    expect(fault?.at).toBe("gateways:smoltbot.rollout.surge");
    expect(fault?.fix).toBeTruthy();
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

  test.each([
    [
      "of a Helm repository",
      { repo: "https://me:hunter2@charts.example", name: "a", version: "1.0.0" },
    ],
    [
      "of a Helm repository, with a slash in the password",
      { repo: "https://me:hun/ter2@charts.example", name: "a", version: "1.0.0" },
    ],
    ["of an OCI registry", { oci: "oci://me:hunter2@ghcr.io/mnemom/chart", version: "1.0.0" }],
  ])("with a password in the URL %s is refused, and does not show it (law 6)", (_case, chart) => {
    const faults = faultsOf(keys({ ...smoltbot, chart }));
    expect(faults.map(({ at }) => at)).toEqual([
      `gateways:smoltbot.chart.${Object.keys(chart)[0] ?? ""}`,
    ]);
    expect(faults[0]?.expected).toContain("without user and password");
    expect(JSON.stringify(faults)).not.toMatch(/hun\/?ter2/);
  });

  test.each(["https://charts.mnemom.ai", "http://charts.example:8080/a"])(
    "with a chart at %s is taken",
    (repo) => {
      expect(faultsOf(keys({ ...smoltbot, chart: { repo, name: "a", version: "1.0.0" } }))).toEqual(
        [],
      );
    },
  );

  test("with an encrypted value among the chart's values is refused, with the way to do it right (law 6)", () => {
    const given = keys({ ...smoltbot, values: { config: { API_KEY: "hunter2" } } });
    const faults = faultsOf(given, ["gateways:smoltbot", "gateways:smoltbotSecrets"]);
    expect(faults.map(({ at }) => at)).toEqual(["gateways:smoltbot"]);
    expect(faults[0]?.fix).toContain(
      "pulumi config set --secret --path 'gateways:smoltbotSecrets.",
    );
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test.each(["gateways:smoltbot", "gateways:instances"])(
    "with an encrypted value in %s shows no value of it in any other fault (law 6)",
    (key) => {
      const given = keys(
        { ...smoltbot, version: "hunter2" },
        { "gateways:instances": JSON.stringify({ eu: { version: "hunter2" } }) },
      );
      const faults = faultsOf(given, [key]);
      expect(faults.map(({ at }) => at)).toEqual([key, "gateways:instances.eu.version"]);
      expect(JSON.stringify(faults)).not.toContain("hunter2");
    },
  );

  test("with its secrets encrypted where they belong is taken", () => {
    expect(
      faultsOf(keys(smoltbot), ["gateways:smoltbotSecrets", "gateways:instanceSecrets"]),
    ).toEqual([]);
  });

  test.each([
    ["broken", "("],
    ["that matches every line", ".*"],
    ["that matches every line of a level", '"level":"error"'],
    ["that matches every error that nobody caught", "^Uncaught"],
  ])("with a pattern of logs to ignore %s is refused", (_case, pattern) => {
    const faults = faultsOf(keys({ ...smoltbot, verify: { ignoreLogs: ["ETIMEDOUT", pattern] } }));
    expect(faults.map(({ at }) => at)).toEqual(["gateways:smoltbot.verify.ignoreLogs.1"]);
    expect(faults[0]?.expected).toContain("the words of one error");
  });

  test.each([20, { count: 20, path: "/openai/v1/models", method: "POST" }, { path: "/health" }])(
    "may say of the requests of the verification %j",
    (requests) => {
      const parsed = parseStack(keys({ ...smoltbot, verify: { requests } }));
      const found = "gateways" in parsed ? parsed.gateways[0]?.settings.verify.requests : undefined;
      const given = typeof requests === "number" ? { count: requests } : requests;
      expect(found).toEqual({ count: 50, method: "GET", ...given });
    },
  );

  test.each([
    ["requests", 0],
    ["requests", { path: "health" }],
    ["requests", { method: "DELETE" }],
    ["url", "https://me:hunter2@gateway.example"],
    ["url", "gateway.example"],
  ])("whose verification has for %s %j is refused", (key, value) => {
    const faults = faultsOf(keys({ ...smoltbot, verify: { [key]: value } }));
    expect(faults.map(({ at }) => at.startsWith(`gateways:smoltbot.verify.${key}`))).toEqual([
      true,
    ]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  test("may hold keys of other programs", () => {
    expect(faultsOf(keys(smoltbot, { "aws:region": "eu-central-1" }))).toEqual([]);
  });
});

test.each([
  [undefined, []],
  ["", []],
  ["no JSON", []],
  ['["gateways:smoltbot","aws:key"]', ["gateways:smoltbot", "aws:key"]],
])("of %s, which the engine says of secrets, %j is read", (text, keys) => {
  expect(secretKeysIn(text)).toEqual(keys);
});
