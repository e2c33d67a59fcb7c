import type Docker from "dockerode";
import { expect, test } from "vitest";
import { findContainer } from "../../../components/docker/platform/find-container";
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
    getContainer: (name: string) => ({ inspect: () => Promise.resolve(all[name]) }),
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
