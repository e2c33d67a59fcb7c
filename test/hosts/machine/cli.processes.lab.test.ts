import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CLIS } from "../../../components/bamf/hosts/assets";
import { thisMachine } from "../../../components/hosts/machine/look";
import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import { connectLab } from "../../lab/lab";
import { makeProject, type Project } from "../../lab/project";

const STACK = "machine";
const ASSET = CLIS[thisMachine()] ?? "";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const well = (run: PulumiRun) => {
  expect(run.exitCode, run.all).toBe(0);
};

/** What the real CLI of Pulumi makes of a stack with the CLI of BAMF on this machine: each test goes on where the one before it ended. */
describe("pulumi and the CLI of this machine", () => {
  let project: Project;
  let directory: string;
  let home: string;
  let path: string;

  /** A CLI that is a script, and writes into its home whenever it is asked. */
  const cli = (release: string) =>
    `#!/bin/sh\nmkdir -p "$HOME/.bamf" && echo used >"$HOME/.bamf/used"\necho '{"version":"${release}","git_commit":"c"}'\n`;
  const publish = async (release: string, content: string, listed = content) => {
    await mkdir(join(directory, "assets", release), { recursive: true });
    await writeFile(join(directory, "assets", release, ASSET), content);
    const sum = createHash("sha256").update(listed).digest("hex");
    await writeFile(join(directory, "assets", release, "checksums.txt"), `${sum}  ${ASSET}\n`);
  };
  const up = () => project.up(STACK);
  const preview = () => project.preview(STACK);
  const want = (version: string, more: object = {}) =>
    project.configure(STACK, {
      "gateways:bamfCli": {
        version,
        notesRead: version,
        consents: { major: { release: version, reason: "agreed" } },
        ...more,
      },
    });
  const unchanged = async () => {
    const run = await preview();
    well(run);
    expect(changes(run)).toEqual([]);
    expect(run.all).not.toContain("Undefined value");
  };
  /** Each file below the home, with what it holds and when it was written. */
  const atHome = async () =>
    Promise.all(
      (await readdir(join(home, ".bamf"))).map(async (name) => {
        const file = join(home, ".bamf", name);
        return [name, await readFile(file, "utf8"), (await stat(file)).mtimeMs];
      }),
    );

  beforeAll(async () => {
    const lab = await connectLab();
    directory = await mkdtemp(join(lab.home, "machine-"));
    [home, path] = [join(directory, "home"), join(directory, "bin/bamf")];
    await mkdir(join(home, ".bamf"), { recursive: true });
    await writeFile(join(home, ".bamf/credentials.json"), "{}", { mode: 0o600 });
    for (const release of ["0.10.0", "0.11.0"]) await publish(release, cli(release));
    await publish("0.11.1", "<html>Not Found</html>", cli("0.11.1"));
    project = await makeProject(
      { ...lab, env: { ...lab.env, HOME: home } },
      {
        directory: join(directory, "project"),
        stateUrl: `file://${join(directory, ".state")}`,
        stacks: {
          [STACK]: {
            config: {
              "gateways:bamfCli": {
                version: "0.10.0",
                machine: { path, assets: { folder: join(directory, "assets/{version}") } },
                api: { release: "0.11.0" },
              },
            },
            secrets: {},
          },
        },
      },
    );
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("the first up puts it where nothing was, executable; then nothing is to change (B-40)", async () => {
    const run = await up();
    well(run);
    expect(run.all).not.toContain("Undefined value");
    expect(await readFile(path, "utf8")).toBe(cli("0.10.0"));
    expect((await stat(path)).mode & 0o111).not.toBe(0);
    await unchanged();
  });

  test("one that would be newer than the API is refused, and so is an error page in its place: the one in use stays (B-30, T-31)", async () => {
    await want("0.11.0", { api: { release: "0.10.0" } });
    const ahead = await up();
    expect(ahead.exitCode).not.toBe(0);
    expect(ahead.all).toMatch(/BLOCK behind-api at .*CLI 0\.11\.0 beside API 0\.10\.0/);
    await want("0.11.1", { api: { release: "0.11.1" } });
    const page = await up();
    expect(page.exitCode).not.toBe(0);
    expect(page.all).toMatch(/BLOCK release-assets at .* is no program, such as an error page/);
    expect(await readFile(path, "utf8")).toBe(cli("0.10.0"));
    expect(await readdir(join(directory, "bin"))).toEqual(["bamf", "bamf.gateways-owner"]);
  });

  test("comes to the wanted release, with the credentials untouched and the file of before kept; then nothing is to change (B-40, B-41)", async () => {
    const before = await atHome();
    await want("0.11.0", { api: { release: "0.11.0" } });
    well(await up());
    expect(await readFile(path, "utf8")).toBe(cli("0.11.0"));
    expect(await readFile(`${path}.gateways-old`, "utf8")).toBe(cli("0.10.0"));
    expect(await atHome()).toEqual(before);
    expect((await project.outputs(STACK))["bamfCliEvidence"]).toMatchObject({
      version: "0.11.0",
      digests: { [path]: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string },
    });
    await unchanged();
  });

  test("on another machine, which has none or another one, the same stack file asks for it there, once (B-40)", async () => {
    await rm(join(directory, "bin"), { recursive: true });
    const behind = await preview();
    expect(behind.all).toMatch(/WARN program-in-use at .*found nothing there; .*this run puts it/);
    expect(changes(behind)).not.toEqual([]);
    well(await up());
    expect(await readFile(path, "utf8")).toBe(cli("0.11.0"));
    await unchanged();
    await writeFile(path, cli("0.12.0"));
    await chmod(path, 0o755);
    const strange = await preview();
    expect(strange.all).toMatch(/WARN program-in-use .*which says that it is 0\.12\.0/);
    well(await up());
    expect(await readFile(path, "utf8")).toBe(cli("0.11.0"));
    await unchanged();
  });

  test("the reverted line brings it back by the file that was kept, without the files of the release; then nothing is to change (B-40)", async () => {
    await want("0.10.0");
    well(await up());
    await want("0.11.0");
    well(await up());
    await rm(join(directory, "assets/0.10.0"), { recursive: true });
    const before = await atHome();
    await want("0.10.0");
    well(await up());
    expect(await readFile(path, "utf8")).toBe(cli("0.10.0"));
    expect(await atHome()).toEqual(before);
    await unchanged();
  });
});
