import { spawn } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../../lab/until";
import { end } from "./run-program";
import { processesOf, stagedHost, sumOf, UNIT } from "./staged-host";

const SECOND = `gateways-beside-${UNIT}`;

test("a staged host whose maker is killed ends with it: neither an agent, nor a second one, nor what starts them anew is left", async () => {
  const maker = spawn("sleep", ["1000"], { stdio: "ignore" });
  const ended = end(maker);
  const host = await stagedHost(maker.pid);
  onTestFinished(async () => {
    maker.kill("SIGKILL");
    await host.remove();
  });
  await copyFile(join(host.folder, "unit/exec"), join(host.folder, "unit/second/exec"));
  await end(
    spawn(join(host.folder, "path/systemctl"), ["restart", SECOND], {
      env: { ...host.env, PATH: host.env["REAL_PATH"] },
      stdio: "ignore",
    }),
  );
  const { old } = host.binaries;
  await until("the second one runs", async () => (await host.beside()) === sumOf(old), {
    seconds: 20,
  });
  expect(await host.running()).toBe(sumOf(old));
  // Two agents, what supervises each of them, and what watches their maker.
  expect((await processesOf(host.folder)).length).toBeGreaterThanOrEqual(6);

  maker.kill("SIGKILL");
  await ended;
  const left = async () => (await processesOf(host.folder)).length;
  await until("no process of the host is left", async () => (await left()) === 0, { seconds: 20 });
});

test("a staged host whose agent was stopped, with its maker alive, leaves nothing that watches", async () => {
  const host = await stagedHost();
  onTestFinished(() => host.remove());
  expect(await processesOf(host.folder)).not.toEqual([]);
  await host.stop();
  await until(
    "no process of the host is left",
    async () => (await processesOf(host.folder)).length === 0,
    { seconds: 20 },
  );
});
