import type Docker from "dockerode";
import { expect, test } from "vitest";
import { findContainer } from "../../../components/docker/platform/find-container";
import { DatabaseNotMade } from "../../../components/postgres/with-source";
import { StepFailure } from "../../../components/upgrade/step-io";
import { inspected } from "../inspected";

const VOLUME = "smoltbot_pgdata";

/** A daemon that has our database, not started, and one of Compose. */
function daemon(state: string): Docker {
  const volume = [VOLUME, "/var/lib/postgresql/data"] as const;
  const theirs = inspected({ service: "postgres", volume, state });
  const ours = { ...theirs, Name: "/smoltbot-postgres", State: { Status: "created" } };
  const all: Readonly<Record<string, object>> = { theirs, "smoltbot-postgres": ours };
  return {
    listContainers: () => Promise.resolve([{ Id: "theirs" }]),
    getContainer: (name: string) => ({
      inspect: () => Promise.resolve(all[name]),
      infoArchive: () => Promise.resolve({}),
    }),
  } as unknown as Docker;
}

const find = (docker: Docker, composeProject?: string) =>
  findContainer(
    docker,
    {
      host: "unix:///run/docker.sock",
      namespace: "smoltbot",
      database: "smoltbot",
      volume: VOLUME,
      composeProject,
    },
    { instance: "smoltbot-postgres" },
  );

test("until our database runs, that of the Compose project on the same volume is meant", async () => {
  expect((await find(daemon("running"), "smoltbot")).words).toBe("container smoltbot-postgres-1");
});

test("a database of Compose is not meant if it does not run, is another project's, or nothing is taken over", async () => {
  const refused = /container smoltbot-postgres does not run: it is created/;
  await expect(find(daemon("exited"), "smoltbot")).rejects.toThrow(refused);
  await expect(find(daemon("running"), "other")).rejects.toThrow(refused);
  await expect(find(daemon("running"))).rejects.toThrow(refused);
});

const place = { host: "unix:///run/docker.sock", namespace: "smoltbot", volume: "pgdata" };

/** A daemon with one container in some state, whose volume has data or none. */
const daemonWith = (status: string, hasData: boolean) =>
  ({
    getContainer: () => ({
      inspect: () =>
        Promise.resolve({
          Id: "c0ffee",
          Name: "/smoltbot-postgres",
          Created: "2026-01-01T00:00:00Z",
          Image: "sha256:1",
          State: { Status: status },
          Config: { Image: "postgres:16" },
          HostConfig: {},
          Mounts: [{ Type: "volume", Name: "pgdata", Destination: "/data" }],
        }),
      infoArchive: ({ path }: { readonly path: string }) =>
        hasData && path === "/data/PG_VERSION"
          ? Promise.resolve({})
          : Promise.reject(Object.assign(new Error("no such file"), { statusCode: 404 })),
    }),
  }) as unknown as Docker;

const failureOf = (status: string, hasData: boolean): Promise<unknown> =>
  findContainer(daemonWith(status, hasData), place, { instance: "smoltbot-postgres" }).then(
    () => undefined,
    (error: unknown) => error,
  );

test("a database that a killed first run has made and never started holds nothing to save (S-14)", async () => {
  expect(await failureOf("created", false)).toBeInstanceOf(DatabaseNotMade);
});

/** A daemon without the container, with a volume of this size; -1 if it does not know. */
const daemonWithVolume = (size: number) =>
  ({
    getContainer: () => ({
      inspect: () => Promise.reject(Object.assign(new Error("none"), { statusCode: 404 })),
    }),
    getVolume: () => ({ inspect: () => Promise.resolve({}) }),
    df: () => Promise.resolve({ Volumes: [{ Name: "pgdata", UsageData: { Size: size } }] }),
  }) as unknown as Docker;

test("a volume that a killed first run has made, and nothing that uses it, holds nothing to save (S-14)", async () => {
  const find = (size: number) =>
    findContainer(daemonWithVolume(size), place, { instance: "smoltbot-postgres" });
  await expect(find(0)).rejects.toBeInstanceOf(DatabaseNotMade);
  for (const size of [-1, 46_000_000])
    await expect(find(size)).rejects.toThrow(/though its data lies in volume pgdata/);
});

test.each([
  ["was never started, on a volume with data", "created", true],
  ["has ended", "exited", false],
])("a database that %s is told as one that does not run", async (_, status, hasData) => {
  const failure = await failureOf(status, hasData);
  expect(failure).not.toBeInstanceOf(DatabaseNotMade);
  expect(failure).toBeInstanceOf(StepFailure);
  expect(String(failure)).toContain(`does not run: it is ${status}`);
});

test("a database that has just been started is waited for until it accepts connections, and no longer (S-38)", async () => {
  const says = ["starting", "starting", "healthy"];
  const docker = {
    getContainer: () => ({
      inspect: () => {
        const Health = { Status: says.length > 1 ? says.shift() : says[0] };
        const found = inspected({ service: "postgres" });
        return Promise.resolve({ ...found, State: { Status: "running", Health } });
      },
    }),
  } as unknown as Docker;
  const noted: string[] = [];
  const found = await findContainer(
    docker,
    place,
    { instance: "smoltbot-postgres" },
    { note: (name) => noted.push(name) },
  );
  expect(found.words).toBe("container smoltbot-postgres");
  expect(says).toEqual(["healthy"]);
  expect(noted).toEqual(["smoltbot-postgres"]);
});

test("a database that was stopped is started once by a step, and by no look (S-14)", async () => {
  let state = "exited";
  const docker = {
    getContainer: () => ({
      inspect: () =>
        Promise.resolve({ ...inspected({ service: "postgres" }), State: { Status: state } }),
    }),
  } as unknown as Docker;
  const asked: string[] = [];
  const findBy = (startAgain?: (name: string) => Promise<boolean>) =>
    findContainer(
      docker,
      place,
      { instance: "smoltbot-postgres" },
      startAgain === undefined ? {} : { startAgain },
    );
  const refused = /container smoltbot-postgres does not run: it is exited/;
  await expect(findBy()).rejects.toThrow(refused);
  const inVain = (name: string) => Promise.resolve(asked.push(name) > 0);
  await expect(findBy(inVain)).rejects.toThrow(refused);
  expect(asked).toEqual(["smoltbot-postgres"]);
  const found = await findBy(() => {
    state = "running";
    return Promise.resolve(true);
  });
  expect(found.words).toBe("container smoltbot-postgres");
});
