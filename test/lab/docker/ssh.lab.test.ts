import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { daemonAt } from "../plugins/docker/daemon";
import { run } from "../run";
import { readSettings } from "../settings";
import { ensureSsh, type SshAccess } from "./ssh";

let access: SshAccess;

beforeAll(async () => {
  access = await ensureSsh(readSettings(process.env));
});

const version = (options: readonly string[]) =>
  run(
    "ssh",
    [
      ...options,
      access.url.slice("ssh://".length),
      "docker",
      "version",
      "--format",
      "{{.Server.Version}}",
    ],
    { env: access.env, reject: false },
  );

test("whoever pins the host's key reaches its daemon by SSH", async () => {
  const { exitCode, stdout } = await version(access.options);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+/);
});

test("whoever pins another key is refused, and nobody is asked whether to trust the host's", async () => {
  const folder = await mkdtemp(join(tmpdir(), "known-hosts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(folder, "key")]);
  const { stdout: key } = await run("cat", [join(folder, "key.pub")]);
  await writeFile(join(folder, "known"), `10.246.0.2 ${key}\n`);
  const options = [...access.options, "-o", `UserKnownHostsFile=${join(folder, "known")}`];
  // The first value of an option counts.
  const { exitCode } = await version(options.slice(-2).concat(access.options));
  expect(exitCode).toBe(255);
});

test("what speaks to the daemon speaks through SSH as well, and tells in the words of ssh why it cannot", async () => {
  process.env["SSH_AUTH_SOCK"] = access.env["SSH_AUTH_SOCK"];
  onTestFinished(() => {
    delete process.env["SSH_AUTH_SOCK"];
  });
  const daemon = daemonAt(access.url, access.options);
  expect((await daemon.ask("GET", "/_ping")).status).toBe(200);
  await expect(daemon.must("GET", "/containers/nothing/json")).rejects.toThrow("No such container");
  const nobody = ["-o", "UserKnownHostsFile=/dev/null", ...access.options];
  await expect(daemonAt(access.url, nobody).ask("GET", "/_ping")).rejects.toThrow(
    /Host key verification failed/,
  );
});

test("the key is that of the one who comes: without it nobody is let in", async () => {
  const { exitCode } = await run("ssh", [...access.options, "root@10.246.0.2", "true"], {
    env: { SSH_AUTH_SOCK: "/nowhere" },
    reject: false,
  });
  expect(exitCode).toBe(255);
});
