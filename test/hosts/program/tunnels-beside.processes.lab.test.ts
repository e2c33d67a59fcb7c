import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../../lab/until";
import { besideHost } from "./beside-host";
import { UNIT } from "./staged-host";

/** Of all that a server has accepted. */
const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });

test("tunnels through a second instance are counted by its connections, and rather one too many than one too few (5.3)", async () => {
  const host = await besideHost();
  const server = createServer((socket) => socket.unref());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connect = `for (let n = 0; n < 3; n++) require("net").connect(${port}, "127.0.0.1")`;
  const child = spawn(process.execPath, ["-e", connect], { stdio: "ignore" });
  onTestFinished(async () => {
    child.kill();
    server.close();
    await host.remove();
  });
  await until("three connections", () => connections(server).then((count) => count === 3), {
    seconds: 60,
  });
  const at = (...path: readonly string[]) => join(host.folder, ...path);
  const second = { main: child.pid ?? 0, state: "active", invocation: "counted" };
  for (const [name, value] of Object.entries(second))
    await writeFile(at("unit/second", name), `${value}\n`);
  await mkdir(at("state", UNIT), { recursive: true });
  const asked = async (bridge: string, requests: number, base: string) => {
    const line = `{"msg":"received tunnel request","bridge":"${bridge}"}\n`;
    await writeFile(at("unit/second/log.counted"), line.repeat(requests));
    await writeFile(at("state", UNIT, "base"), base);
    return Number((await host.run(["look", UNIT])).said.get("besideTunnels"));
  };
  const there = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}\n`;
  // Nobody has asked it for one, whatever it is connected to.
  expect(await asked("b.example:443", 0, "")).toBe(0);
  // All of them lead to the API, and bridges are elsewhere.
  expect(await asked("b.example:443", 9, there)).toBe(0);
  // Nothing says which of them lead to the API.
  expect(await asked("b.example:443", 9, "")).toBe(3);
  expect(await asked("b.example:443", 2, "")).toBe(2);
  // Bridges have that port, and the API has not.
  expect(await asked(`b.example:${port}`, 9, there)).toBe(3);
  // Both have it: one of them is that by which the agent hears the API.
  await writeFile(at("agent.yaml"), `platform_url: http://127.0.0.1:${port}\n`);
  expect(await asked(`b.example:${port}`, 9, there)).toBe(2);
});
