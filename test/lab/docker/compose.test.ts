import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { composeUp } from "./compose";

interface Asked {
  readonly Labels: Readonly<Record<string, string>>;
}

/** A daemon that has the network and no volume, and keeps what containers it was told to make. */
async function withDaemon() {
  const folder = await mkdtemp(join(tmpdir(), "compose-"));
  const socket = join(folder, "docker.sock");
  const made = new Map<string, { readonly Id: string; readonly Config: Asked }>();
  const told: string[] = [];
  const server = createServer((request, answer) => {
    void text(request).then((body) => {
      const [, kind = "", name = "", verb = ""] = (request.url ?? "").split(/[/?]/);
      const say = (status: number, said: unknown) => {
        answer.writeHead(status, { "content-type": "application/json" });
        answer.end(JSON.stringify(said));
      };
      if (kind !== "containers") {
        say(200, {});
        return;
      }
      const found = [...made].find(([known, { Id }]) => known === name || Id === name);
      if (request.method === "GET") {
        say(found ? 200 : 404, found?.[1] ?? {});
        return;
      }
      told.push(`${request.method ?? ""} ${name} ${verb}`.trim());
      const called = new URL(`http://docker${request.url ?? ""}`).searchParams.get("name") ?? "";
      if (name === "create")
        made.set(called, {
          Id: `id-of-${made.size}-${"0".repeat(20)}`,
          Config: JSON.parse(body) as Asked,
        });
      if (request.method === "DELETE" && found) made.delete(found[0]);
      if (verb === "rename" && found) {
        made.delete(found[0]);
        made.set(called, found[1]);
      }
      say(201, {});
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const up = async (image: string): Promise<readonly string[]> => {
    told.length = 0;
    await composeUp({
      url: `unix://${socket}`,
      name: "edge",
      folder,
      services: { postgres: { image: "postgres:15" }, gateway: { image } },
    });
    return [...told];
  };
  return { up, names: () => [...made.keys()] };
}

describe("what stands in for docker compose up", () => {
  test("makes every container, then starts them in their order", async () => {
    const { up } = await withDaemon();
    expect(await up("gateway:1")).toEqual([
      "POST create name=edge-postgres-1",
      "POST create name=edge-gateway-1",
      "POST edge-postgres-1 start",
      "POST edge-gateway-1 start",
    ]);
  });

  test("starts alone what has not changed", async () => {
    const { up } = await withDaemon();
    await up("gateway:1");
    expect(await up("gateway:1")).toEqual([
      "POST edge-postgres-1 start",
      "POST edge-gateway-1 start",
    ]);
  });

  test("makes a service that has changed anew beside the old container, and starts it once that is gone", async () => {
    const { up, names } = await withDaemon();
    await up("gateway:1");
    const id = "id-of-1-00000000000000000000";
    expect(await up("gateway:2")).toEqual([
      "POST create name=id-of-1-0000_edge-gateway-1",
      `POST ${id} stop`,
      `DELETE ${id}`,
      "POST id-of-1-0000_edge-gateway-1 rename",
      "POST edge-postgres-1 start",
      "POST edge-gateway-1 start",
    ]);
    expect(names()).toEqual(["edge-postgres-1", "edge-gateway-1"]);
  });
});
