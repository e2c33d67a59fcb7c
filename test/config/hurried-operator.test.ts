import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { bamfAgentsSchema } from "../../components/bamf/agents/config";
import { bamfSchema } from "../../components/bamf/config";
import type { ConfiguredProduct } from "../../components/config/keys";
import { describeFaults, parseConfig } from "../../components/config/parse";
import { configuredDocker } from "../../components/docker/gateway/settings";
import { configuredHosts } from "../../components/hosts/gateway/settings";
import { configuredMachine } from "../../components/hosts/machine/settings";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { smoltbotSchema } from "../../components/smoltbot/config";

const targets = [configuredKubernetes, configuredDocker, configuredHosts, configuredMachine];
const settingsOf = (settings: unknown) => settings as ConfiguredProduct["settings"];
const products: readonly [ConfiguredProduct, ...ConfiguredProduct[]] = [
  {
    name: "smoltbot",
    targets: ["kubernetes", "docker"],
    settings: settingsOf(smoltbotSchema),
  },
  { name: "bamf", targets: ["kubernetes"], settings: settingsOf(bamfSchema) },
  { name: "bamfAgents", targets: ["hosts"], settings: settingsOf(bamfAgentsSchema) },
  { name: "bamfCli", targets: ["machine"], settings: settingsOf(bamfAgentsSchema) },
];

/** The lines that an operator reads for a stack file, without the first; values of `smoltbotSecrets` are encrypted unless it has its own. */
function faultsOf(file: string, encrypted: readonly string[] = ["gateways:smoltbotSecrets"]) {
  const given = parse(file) as Readonly<Record<string, unknown>>;
  const keys = Object.entries({ "gateways:smoltbotSecrets": { A: "x" }, ...given }).map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const parsed = parseConfig(Object.fromEntries(keys), products, targets, encrypted);
  if (!("faults" in parsed)) return [];
  return describeFaults(parsed.faults, "prod")
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^ {2}gateways:/, ""));
}

/** A gateway in Kubernetes, with lines of its own. */
const inKubernetes = (lines: string) => `
gateways:smoltbot:
  version: "1.1.0"
  kubernetes: { context: prod, namespace: smoltbot }
  chart: { path: charts/a }
${lines}`;
const VERSION = 'a full semantic version in quotes and without v, such as "1.2.0"';

describe("a stack file that was written in a hurry names what was meant", () => {
  test.each([
    ["1.10", "the number 1.1", "write all three numbers, in quotes"],
    ["v1.1.0", '"v1.1.0"', 'write "1.1.0"'],
    ['"1.1.0 "', '"1.1.0 "', 'write "1.1.0"'],
  ])("with version: %s (T-07)", (version, found, fix) => {
    expect(faultsOf(inKubernetes("").replace('"1.1.0"', version))).toEqual([
      `smoltbot.version: found ${found}; expected ${VERSION}. Fix: ${fix}.`,
    ]);
  });

  test("with lines that are not indented: each is told its place, and the empty key what belongs below it", () => {
    const faults = faultsOf(`
gateways:smoltbot:
  version: "1.1.0"
  kubernetes:
  context: prod
  chart: { path: charts/a }
gateways:availability: { replicas: 2 }`);
    expect(faults).toHaveLength(3);
    expect(faults[0]).toBe(
      "smoltbot.kubernetes: found nothing behind it; expected keys below it: kubeconfig, context, namespace, release, imageMirrors. Fix: write what belongs below it, each line indented further than this one, or remove it.",
    );
    expect(faults[1]).toContain("or write gateways:smoltbot.kubernetes.context if that was meant");
    expect(faults[2]).toContain("or write smoltbot.availability if that was meant");
  });

  test.each([
    ['  backup: { keep: "10" }', 'backup.keep: found "10"; .+ Fix: write it without quotes: 10'],
    ["  adopt: yes", 'adopt: found "yes"; expected true or false. Fix: write true'],
    ["  promotion: {}", "promotion: .+ Fix: remove it, or write gateways:promotion"],
    ["  consents: [major]", "consents: .+ expected keys below it: major, .+ without dashes"],
    ["  ignoreHooks: migrate", "ignoreHooks: .+ expected a list. Fix: .+ behind a dash"],
  ])("with the line %s", (line, words) => {
    const faults = faultsOf(inKubernetes(line));
    expect(faults).toEqual([expect.stringMatching(words)]);
  });

  test("with a chart of which a part is missing, or too much: it is told by the kind that was meant", () => {
    const chart = (of: string) => faultsOf(inKubernetes("").replace("{ path: charts/a }", of));
    expect(chart("{ repo: https://charts.example, version: 0.1 }")).toEqual([
      "smoltbot.chart.name: found nothing; expected name of the chart. Fix: add it in the stack file.",
      `smoltbot.chart.version: found the number 0.1; expected ${VERSION}. Fix: write all three numbers, in quotes.`,
    ]);
    expect(chart("{ path: a, oci: oci://b/c, version: 0.1.0 }")).toEqual([
      "smoltbot.chart.path: found a key that does not go with the others; expected one of oci, version. Fix: remove it.",
    ]);
    expect(chart("mnemom-gateway")[0]).toContain(
      "expected keys below it: path, sha256; or keys below it: repo, name, version; or",
    );
  });

  test("with keys of another target, or with a target of another product", () => {
    const [chart, docker] = [
      `\ngateways:smoltbot: { version: "1.1.0", docker: {}, chart: { path: a } }`,
      `\ngateways:bamf: { version: "0.11.0", docker: {} }\ngateways:bamfSecrets: {}`,
    ].map((file) => faultsOf(file));
    expect(chart).toEqual([
      "smoltbot.chart: found a key that means nothing with docker; expected no such key. Fix: remove it.",
    ]);
    expect(docker).toContain(
      "bamf.docker: found a target in which bamf does not run; expected kubernetes. Fix: remove it.",
    );
  });

  test("with a misspelt product, or with none", () => {
    const [none, misspelt] = faultsOf("gateways:smolbot: {}");
    expect(none).toContain("smoltbot: found no gateway in the stack file; expected one of");
    expect(misspelt).toContain("Fix: remove it, or write smoltbot if that was meant.");
  });

  test("with a key that was set without --path: nothing reads it", () => {
    const file = inKubernetes("").concat("\ngateways:smoltbotSecrets.SUPABASE_URL: hunter2");
    const faults = faultsOf(file);
    expect(faults).toEqual([
      "smoltbotSecrets.SUPABASE_URL: found a key with a dot in it, as pulumi config set makes it without --path; expected smoltbotSecrets, with what belongs to it below it. Fix: remove it (pulumi config rm gateways:smoltbotSecrets.SUPABASE_URL), and set it again with --path.",
    ]);
  });
});

describe("a secret that is not encrypted is refused, and not shown (law 6)", () => {
  test.each([
    ["gateways:smoltbotSecrets: { A: hunter2 }", "--path 'gateways:smoltbotSecrets.NAME'"],
    [
      "gateways:smoltbotDatabaseUrl: postgres://u:hunter2@db/x",
      "gateways:smoltbotDatabaseUrl; it may be",
    ],
    [
      "gateways:instanceSecrets: { eu: { backupKey: hunter2 } }\ngateways:instances: { eu: {} }",
      "--path 'gateways:instanceSecrets.GATEWAY.KEY'",
    ],
  ])("%s", (lines, fix) => {
    const key = lines.slice("gateways:".length, lines.indexOf(": "));
    const encrypted = key === "smoltbotSecrets" ? [] : ["gateways:smoltbotSecrets"];
    const faults = faultsOf(inKubernetes("").concat("\n", lines), encrypted);
    expect(faults[0]).toContain(`${key}: found a secret that is not encrypted; expected`);
    expect(faults[0]).toContain(`pulumi config set --secret ${fix}`);
    expect(faults.join()).not.toContain("hunter2");
  });

  test("but for one that says nothing, and where nobody knows what is encrypted", () => {
    expect(faultsOf(`${inKubernetes("")}\ngateways:smoltbotSecrets: {}`, [])).toEqual([]);
    const keys = { "gateways:smoltbot": JSON.stringify({ version: "1.1.0", docker: {} }) };
    const plain = { ...keys, "gateways:smoltbotSecrets": JSON.stringify({ A: "x" }) };
    expect("gateways" in parseConfig(plain, products, targets)).toBe(true);
  });
});

test("all faults are named at once: also those of two keys together, and of a key that is missing", () => {
  const faults = faultsOf(`
gateways:smoltbot:
  version: "1.1.0"
  docker: { host: ssh://root@a, stopSecnds: 30 }
  backup: { encrypt: true, kep: 2 }
gateways:bamfAgents:
  version: "0.11.0"
  hosts:
    assets: { folder: "/srv/bamf/{version}" }
    groups: [{ name: canary, sise: 2 }]
    inventory:
      web-1: { address: a, group: canry, hostKey: ssh-ed25519 AAAA }`);
  expect(faults.map((line) => line.split(":")[0])).toEqual([
    "smoltbot.docker.stopSecnds",
    "smoltbot.docker.hostKey",
    "smoltbot.backup.kep",
    "smoltbot.backup.encrypt",
    "bamfAgents.hosts.groups.0.sise",
    "bamfAgents.hosts.groups.0.name",
    "bamfAgents.hosts.inventory.web-1.group",
  ]);
});
