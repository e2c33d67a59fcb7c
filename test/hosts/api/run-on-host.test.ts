import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { runOnHost } from "../../../components/hosts/api/run-on-host";
import { HOST, sshHere } from "./ssh-here";

test("a host that does not answer in time is a finding then, although what ssh has started to get past a jump host lives on (B-38)", async () => {
  const ssh = await sshHere('sleep 300 & echo $! >"$HERE/jump"; wait');
  onTestFinished(async () => {
    process.kill(Number(await readFile(join(ssh.folder, "jump"), "utf8")));
    await ssh.remove();
  });
  await expect(runOnHost(HOST, ["true"], { limitSeconds: 3 })).rejects.toMatchObject({
    reason: "no answer within 3 s",
    isUnreachable: true,
  });
});

test("a step that is asked to stop is not kept from its end by what ssh has started to get past a jump host", async () => {
  const ssh = await sshHere('sleep 300 & echo $! >"$HERE/jump"; wait');
  const jump = () => readFile(join(ssh.folder, "jump"), "utf8");
  onTestFinished(async () => {
    process.kill(Number(await jump()));
    await ssh.remove();
  });
  const pipes = () => process.getActiveResourcesInfo().filter((one) => one === "PipeWrap").length;
  const before = pipes();
  const stop = new AbortController();
  const running = runOnHost(HOST, ["true"], { signal: stop.signal }).catch(String);
  await vi.waitUntil(() => jump().catch(() => ""), { timeout: 30_000 });
  stop.abort();
  expect(await running).toContain("aborted");
  await pause(100);
  expect(pipes()).toBe(before);
});
