import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { lookAtDocker } from "../../../components/docker/api/look-at-docker";

/** A daemon that accepts every connection and says nothing. */
async function silentDaemon() {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket)).resume();
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "d.sock"), resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return { host: `unix://${join(folder, "d.sock")}`, open };
}

test("a daemon that never answers ends the look at its limit, and no connection to it stays open", async () => {
  const { host, open } = await silentDaemon();
  const look = lookAtDocker({ host }, async (docker) => String(await docker.ping()), 0.5);
  await expect(look).rejects.toThrow(`Docker at ${host} has not answered within 0.5 s`);
  await vi.waitFor(() => {
    expect(open.size).toBe(0);
  });
});
