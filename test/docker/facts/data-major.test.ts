import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readDataMajor } from "../../../components/docker/facts/data-major";

const where = { volume: "pgdata", path: "/var/lib/postgresql/data" };

/** A daemon whose volume has a size; nothing else of it is asked. */
async function daemonWith(size: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const server = createServer(({ url = "" }, answer) => {
    answer.writeHead(url.startsWith("/system/df") ? 200 : 500, {
      "content-type": "application/json",
    });
    answer.end(JSON.stringify({ Volumes: [{ Name: "pgdata", UsageData: { Size: size } }] }));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "d.sock"), resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return `unix://${join(folder, "d.sock")}`;
}

test("a volume that no container has holds no data if it is empty, and is unknown if it is not (S-14)", async () => {
  const volumes = ["pgdata"];
  const read = async (size: number) =>
    readDataMajor({ host: await daemonWith(size) }, { volumes, containers: [] }, where);
  expect(await read(0)).toBeUndefined();
  await expect(read(46_000_000)).rejects.toThrow("no container has volume pgdata at /var/lib");
});

test("a volume that is not there is not asked about", async () => {
  const nowhere = { host: "unix:///nowhere.sock" };
  expect(await readDataMajor(nowhere, { volumes: [], containers: [] }, where)).toBeUndefined();
});
