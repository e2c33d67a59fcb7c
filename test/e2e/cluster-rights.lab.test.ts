import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { makeStage, type Stage } from "./stage";

const RIGHTS = join(import.meta.dirname, "../../docs/cluster-rights.yaml");

/** A service account with the rights of the documentation and no others, in a namespace that somebody made for it. */
describe("an operator with the rights of docs/cluster-rights.yaml", () => {
  let stage: Stage;
  const kubectl = async (words: readonly string[], input = "") =>
    (await execa("kubectl", [...words], { env: stage.lab.env, input })).stdout;

  beforeAll(async () => {
    stage = await makeStage("rights");
    const namespace = stage.namespace("prod");
    await kubectl(["create", "namespace", namespace]);
    const rights = (await readFile(RIGHTS, "utf8"))
      .replace(/namespace: smoltbot\b/g, `namespace: ${namespace}`)
      .replace(/resourceNames: \[smoltbot\]/g, `resourceNames: [${namespace}]`)
      .replace(/gateways-smoltbot\b/g, `gateways-${namespace}`);
    await kubectl(["apply", "--filename", "-"], rights);
    const token = await kubectl(["create", "token", "gateways", "--namespace", namespace]);
    const kubeconfig = join(stage.project.directory, "kubeconfig");
    await writeFile(kubeconfig, await withToken(stage, token), { mode: 0o600 });
    await stage.project.configure("prod", {
      "gateways:smoltbot": {
        kubernetes: { kubeconfig },
        backup: { database: { job: { image: "postgres:15-alpine" } } },
      },
    });
    await stage.project.pulumi(["config", "rm", "gateways:smoltbotDatabaseUrl", "--stack", "prod"]);
  });
  afterAll(async () => {
    const name = `gateways-${stage.namespace("prod")}`;
    await kubectl(["delete", "clusterrole,clusterrolebinding", name, "--ignore-not-found"]);
    await stage.clear();
  });

  test("may not look into another namespace", async () => {
    const { stdout } = await execa("kubectl", ["auth", "can-i", "list", "secrets", ...as(stage)], {
      env: stage.lab.env,
      reject: false,
    });
    expect(stdout.trim()).toBe("no");
  });

  test.each([
    ["installs", "1.0.0", /PASS \d+ checks: .*\bquota\b/],
    ["upgrades, with a backup by a Job", "1.1.0", /proven: \d+ rows/],
    ["goes back", "1.0.0", /programs only/],
  ])("%s, and nothing is refused or left unseen (S-02, S-05)", async (_, version, words) => {
    await stage.project.setVersion("prod", version);
    const preview = await stage.project.preview("prod");
    const run = await stage.project.up("prod");
    for (const { exitCode, all } of [preview, run]) {
      expect(exitCode, all).toBe(0);
      expect(all).not.toMatch(/could not be (looked at|listed)|forbidden/i);
    }
    expect(`${preview.all}${run.all}`).toMatch(words);
    const evidence = { smoltbotEvidence: { version } };
    expect(await stage.project.outputs("prod")).toMatchObject(evidence);
  });
});

/** Words by which kubectl asks for the service account, in a namespace that is not its own. */
const as = (stage: Stage): readonly string[] => [
  "--namespace=default",
  `--as=system:serviceaccount:${stage.namespace("prod")}:gateways`,
];

interface Kubeconfig {
  readonly users: readonly { readonly name: string; readonly user: unknown }[];
}

/** The lab's kubeconfig, with a token in place of the administrator's certificate. */
async function withToken({ lab }: Stage, token: string): Promise<string> {
  const config = parse(await readFile(lab.kubeconfig, "utf8")) as Kubeconfig;
  const users = config.users.map(({ name }) => ({ name, user: { token: token.trim() } }));
  return stringify({ ...config, users });
}
