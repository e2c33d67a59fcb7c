import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { withDocker } from "../../../components/docker/platform/docker-platform";
import { DaemonAway, whyFailed } from "../../../components/docker/platform/why-failed";
import { openDatabase } from "../../../components/postgres/database";
import { query } from "../../../components/postgres/query";
import { withSource } from "../../../components/postgres/with-source";
import { StepFailure } from "../../../components/upgrade/step-io";
import { daemonThat, json } from "../api/silent-daemon";

const source = {
  kind: "pod",
  target: "docker",
  namespace: "shop",
  pod: "shop-postgres",
  database: "smoltbot",
} as const;

/** As far as it is read. */
const database = {
  ...{ Id: "d1", Name: "/shop-postgres", Created: "2026-01-01T00:00:00Z", Image: "sha256:1" },
  ...{ State: { Status: "running" }, Config: { Image: "postgres:16" }, HostConfig: {} },
  NetworkSettings: {},
};

/** A daemon on which a database runs; its `docker exec` ends like one whose daemon was killed. */
async function hostWithDatabase() {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "docker"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  const world = { isGone: false, database: database as object | undefined };
  const daemon = await daemonThat((request, response) => {
    if (world.isGone) request.destroy();
    else if (request.url === "/_ping") response.end("OK");
    else if (world.database === undefined) json(response, { message: "No such container" }, 404);
    else json(response, world.database);
  });
  return { ...daemon, world };
}

const io = { env: process.env, say: () => undefined };

/** The step asks its database something; before that, something happens to the daemon. */
const asking = (host: string, before: () => void) =>
  withSource({ ...source, host }, withDocker, { ...io, env: process.env }, (reachable) => {
    before();
    return query(openDatabase(reachable, process.env), "SELECT 1;");
  });

test("a program in a container that has failed with its daemon names the daemon, what was noticed first, and what helps (S-02, S-40)", async () => {
  const { host, world } = await hostWithDatabase();
  const failed = asking(host, () => (world.isGone = true));
  await expect(failed).rejects.toThrow(
    `Docker at ${host} cannot be asked: socket hang up; noticed first: database smoltbot in container shop-postgres: psql failed. Fix: start the Docker daemon (systemctl start docker), then run the upgrade again; it goes on from here.`,
  );
  await expect(failed).rejects.toBeInstanceOf(DaemonAway);
});

test("a program in a container that has failed by itself is told in its own words, as the daemon answers", async () => {
  const { host } = await hostWithDatabase();
  await expect(asking(host, () => undefined)).rejects.toThrow(
    /^database smoltbot in container shop-postgres: psql failed$/,
  );
});

test.each<[string, object | undefined, string, RegExp]>([
  [
    "stopped",
    { ...database, State: { Status: "exited", ExitCode: 0 } },
    "does not run any more: it is exited",
    /starts what was stopped/,
  ],
  ["removed", undefined, "is not there any more", /pulumi refresh, then the upgrade/],
  [
    "started anew",
    { ...database, State: { Status: "running", StartedAt: "2026-01-02T00:00:00Z" } },
    "was started anew meanwhile",
    /it goes on from here/,
  ],
])(
  "a program whose container was %s under it is told of with that and with what helps (S-02, S-40)",
  async (_, later, found, fix) => {
    const { host, world } = await hostWithDatabase();
    const told = await asking(host, () => (world.database = later)).catch(
      (error: unknown) => error,
    );
    expect(told).toBeInstanceOf(StepFailure);
    expect((told as StepFailure).reason).toBe(
      `database smoltbot in container shop-postgres: psql failed: container shop-postgres ${found}`,
    );
    expect((told as StepFailure).fix).toMatch(fix);
  },
);

test("a daemon that has fallen silent is named at a limit", async () => {
  const { host } = await daemonThat(() => undefined);
  const first = new StepFailure("1.1.0 is not verified", "see why");
  const told = await whyFailed(first, { host }, { seconds: 0.3 });
  expect(String(told)).toContain(
    `Docker at ${host} has not answered within 0.3 s; noticed first: 1.1.0 is not verified. Fix: start`,
  );
});

test("what was told of a daemon that is away is told once, however many parts of the step wait for it", async () => {
  const address = { host: "unix:///nowhere/docker.sock" };
  const told = await whyFailed(new Error("the connection was lost"), address);
  expect(await whyFailed(told, address)).toBe(told);
  expect(String(told)).toContain("connect ENOENT /nowhere/docker.sock; noticed first: the conn");
});

test("a host that is reached by SSH has to be up and let the user in, before anything else helps (S-40)", async () => {
  const gone = new Error("ssh root@edge-1: Host key verification failed.");
  const told = await whyFailed(gone, { host: "ssh://root@edge-1", hostKey: "ssh-ed25519 AAAA" });
  expect(String(told)).toBe(
    "StepFailure: Docker at ssh://root@edge-1 cannot be asked: ssh root@edge-1: Host key verification failed. Fix: see that the host is up, lets this user in by ssh, and runs its Docker daemon, then run the upgrade again; it goes on from here.",
  );
});
