import { readdir, readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { exists } from "../cache";
import { run } from "../run";
import { readSettings } from "../settings";
import { until } from "../until";
import { containersOf } from "./containers";
import { controlGroup } from "../control-groups";
import { dockerdProcess, ensureDockerHost, removeDockerHost, type DockerHost } from "./host";
import { bringDockerImages } from "./images";
import { CABLE, hostFolder, hostMark } from "./machine";

const settings = readSettings(process.env);
const containers = containersOf(settings);
let host: DockerHost;

/** A gateway whose database nobody has: it lives all the same. */
const gateway = {
  Image: "ghcr.io/mnemom/gateway:1.0.0",
  Env: [
    "SMOLTBOT_ROLE=gateway",
    "SUPABASE_URL=http://127.0.0.1:1",
    "SUPABASE_KEY=k",
    "ANTHROPIC_API_KEY=k",
  ],
  ExposedPorts: { "8787/tcp": {} },
  HostConfig: {
    PortBindings: { "8787/tcp": [{ HostPort: "18700" }] },
    RestartPolicy: { Name: "unless-stopped" },
  },
};

const answersAt = async (path: string): Promise<number> =>
  (await fetch(`http://${host.address}:18700${path}`)).status;

/** Processes of the host, by their number. */
async function marked(): Promise<readonly string[]> {
  const numbers = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const mark = `${hostMark}=${settings.home}`;
  const found = numbers.map(async (number) => {
    const environment = await readFile(`/proc/${number}/environ`, "utf8").catch(() => "");
    return environment.split("\0").includes(mark) ? [number] : [];
  });
  return (await Promise.all(found)).flat();
}

beforeAll(async () => {
  host = await ensureDockerHost(settings);
  await bringDockerImages(settings);
  await containers.remove("probe");
});

describe("a Docker host that is up", () => {
  test("a container publishes a port, this machine reaches it, and this machine's firewall knows nothing of Docker", async () => {
    await containers.start("probe", gateway);
    await expect.poll(() => answersAt("/health/live"), { timeout: 20_000 }).toBe(200);
    expect((await run("iptables-save", [])).stdout).not.toContain("DOCKER");
    expect((await run("ip", ["-o", "link", "show"])).stdout).not.toContain("docker0");
  });

  test("it is brought up again, the same daemon runs and so does its container", async () => {
    const before = [await dockerdProcess(settings), await containers.named("probe")];
    await ensureDockerHost(settings);
    await bringDockerImages(settings);
    const after = [await dockerdProcess(settings), await containers.named("probe")];
    expect(after).toEqual(before);
  });

  test("its daemon is killed hard, and the one that is started again knows its container", async () => {
    const { id } = await containers.named("probe");
    const before = (await dockerdProcess(settings))!;
    process.kill(before.pid, "SIGKILL");
    await until("the daemon is gone", async () => (await dockerdProcess(settings)) === undefined, {
      seconds: 10,
    });
    await ensureDockerHost(settings);
    expect((await containers.named("probe")).id).toBe(id);
  });

  test("it is removed, and nothing of it is left: no process, no device, no control group, no folder", async () => {
    await removeDockerHost(settings);
    expect(await marked()).toEqual([]);
    expect((await run("ip", ["link", "show", CABLE.device], { reject: false })).exitCode).not.toBe(
      0,
    );
    expect(await exists(hostFolder(settings))).toBe(false);
    const groups = await run("find", [
      "/sys/fs/cgroup",
      "-maxdepth",
      "2",
      "-name",
      // Other labs of this machine have theirs.
      controlGroup(settings.home, "docker").slice(1),
    ]);
    expect(groups.stdout).toBe("");
    await removeDockerHost(settings);
  });
});
