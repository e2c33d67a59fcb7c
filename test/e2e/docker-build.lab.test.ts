import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";

/** Dockerfiles of a release, which take the lab's images of it. */
const dockerfiles = (release: string): Readonly<Record<string, string>> => ({
  "Dockerfile.gateway": `FROM ghcr.io/mnemom/gateway:${release}\n`,
  "Dockerfile.migrate": `FROM ghcr.io/mnemom/migrate:v${release}\n`,
});

/** Images built from source, told step by step: each test goes on where the one before it ended. */
describe("a gateway on a Docker host whose images are built from source", () => {
  let stage: DockerStage;
  let source: string;

  const git = async (...args: readonly string[]): Promise<string> => {
    const identity = ["-c", "user.name=lab", "-c", "user.email=lab@example.org"];
    return (await execa("git", ["-C", source, ...identity, ...args])).stdout;
  };
  const release = async (version: string): Promise<void> => {
    for (const [name, text] of Object.entries(dockerfiles(version)))
      await writeFile(join(source, "deploy/docker", name), text);
    await git("add", "--all");
    await git("commit", "--quiet", "--message", version);
    await git("tag", `v${version}`);
  };
  const build = (settings: object | null) =>
    stage.project.configure(DOCKER_STACK, { "gateways:smoltbot": { docker: { build: settings } } });
  const upTo = async (version: string): Promise<PulumiRun> => {
    await stage.project.setVersion(DOCKER_STACK, version);
    const run = await stage.project.up(DOCKER_STACK);
    expect(run.exitCode, run.all).toBe(0);
    return run;
  };
  const imageOfGateway = async (): Promise<string | undefined> => {
    const [gateway = ""] = await stage.running("gateway");
    return (await stage.containers.named(gateway)).image;
  };

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "built", 18_707);
    source = join(stage.project.directory, "source");
    await mkdir(join(source, "deploy/docker"), { recursive: true });
    await git("init", "--quiet", "--initial-branch", "main");
    await release("1.0.0");
    await release("1.0.1");
    await build({ source });
  });
  afterAll(async () => {
    await stage.clear();
    for (const tag of ["gateway:1.0.0", "gateway:1.0.1", "migrate:v1.0.0", "migrate:v1.0.1"])
      await execa("docker", ["--host", stage.daemon, "rmi", `localhost/built/${tag}`], {
        reject: false,
      });
  });

  test("is previewed without a build, and installed with images of its tag (S-10, S-11)", async () => {
    const preview = await stage.project.preview(DOCKER_STACK);
    expect(preview.exitCode, preview.all).toBe(0);
    expect(preview.all).not.toMatch(/built localhost/);
    const run = await upTo("1.0.0");
    const commit = await git("rev-parse", "v1.0.0^{commit}");
    for (const image of ["gateway:1.0.0", "migrate:v1.0.0"])
      expect(run.all).toContain(`built localhost/built/${image} from commit ${commit}`);
    expect(await imageOfGateway()).toBe("localhost/built/gateway:1.0.0");
    const after = await stage.project.preview(DOCKER_STACK);
    expect(after.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
  });

  test("is not built from a branch, nor from a folder with changes, and serves on (S-09, S-10)", async () => {
    await stage.project.setVersion(DOCKER_STACK, "1.0.1");
    await build({ source, ref: "main" });
    const floating = await stage.project.up(DOCKER_STACK);
    expect(floating.exitCode).not.toBe(0);
    expect(floating.all).toMatch(/BLOCK source-pinned .*main, which may be another commit/);
    await build({ source, ref: "v1.0.1" });
    await writeFile(join(source, "edited"), "1");
    const changed = await stage.project.up(DOCKER_STACK);
    expect(changed.exitCode).not.toBe(0);
    expect(changed.all).toMatch(/BLOCK source-pinned .*1 changed file in .*: edited/);
    await execa("rm", [join(source, "edited")]);
    await build({ source, ref: null });
    expect((await fetch(`${stage.url}/health/ready`)).status).toBe(200);
  });

  test("is upgraded by its version alone, and goes back without a build, also if its source is gone (S-34)", async () => {
    const forth = await upTo("1.0.1");
    expect(forth.all).toMatch(/built localhost\/built\/gateway:1\.0\.1 from commit/);
    await execa("mv", [source, `${source}-elsewhere`]);
    const back = await upTo("1.0.0");
    expect(back.all).not.toMatch(/built localhost/);
    expect(await imageOfGateway()).toBe("localhost/built/gateway:1.0.0");
    expect((await fetch(`${stage.url}/health/ready`)).status).toBe(200);
  });
});
