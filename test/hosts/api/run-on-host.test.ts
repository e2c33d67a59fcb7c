import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
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
