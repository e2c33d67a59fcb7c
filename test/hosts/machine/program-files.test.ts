import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { cli, eachWithCli, here, sum, swap } from "./cli-here";

eachWithCli();

describe("the path of the CLI (B-40, B-41)", () => {
  test("that is a symbolic link stays one: what it leads to is swapped, and kept beside it", async () => {
    const link = join(here.folder, "link");
    await symlink(here.path, link);
    expect(await swap("0.11.0", { path: link })).toMatchObject({ from: "fetched" });
    expect(await readlink(link)).toBe(here.path);
    expect(await readFile(here.path)).toEqual(cli("0.11.0"));
    expect(await readFile(`${here.path}.gateways-old`)).toEqual(cli("0.10.0"));
  });

  test("that is a symbolic link which leads nowhere stays one: the file comes to where it leads, however many links that takes", async () => {
    const [link, current] = [join(here.folder, "link"), join(here.folder, "current")];
    await symlink("current/bamf", link);
    await symlink(join(here.folder, "opt/bamf-0.11.0"), current);
    expect(await swap("0.11.0", { path: link })).toMatchObject({ from: "fetched" });
    expect(await readlink(link)).toBe("current/bamf");
    expect(await readFile(join(here.folder, "opt/bamf-0.11.0/bamf"))).toEqual(cli("0.11.0"));
  });

  test("that is a link to itself, or one through a folder that is not there, is refused in words", async () => {
    const [loop, through] = [join(here.folder, "loop"), join(here.folder, "through")];
    await symlink("loop", loop);
    await symlink("gone/../through", through);
    await expect(swap("0.11.0", { path: loop })).rejects.toThrow(/no change of .*loop: /);
    await expect(swap("0.11.0", { path: through })).rejects.toThrow(/no change of .*through/);
    expect(await readlink(loop)).toBe("loop");
    expect(await readlink(through)).toBe("gone/../through");
  });

  test("keeps the mode that it has: what only some may run stays so", async () => {
    await chmod(here.path, 0o750);
    await swap("0.11.0");
    expect((await stat(here.path)).mode & 0o777).toBe(0o750);
  });

  test("whose file of the release somebody has made unfit to run is made executable again", async () => {
    await chmod(here.path, 0o644);
    expect(await swap("0.10.0")).toMatchObject({ from: "unchanged", version: "0.10.0" });
  });

  test("below a file is refused in words", async () => {
    await expect(swap("0.11.0", { path: join(here.path, "bamf") })).rejects.toThrow(
      /no change of .*bamf\/bamf: .*Fix: run this as somebody who may change it/,
    );
  });

  test("has a CLI that writes below its home when it is asked: the credentials are those from before", async () => {
    const busy = Buffer.from(
      `#!/bin/sh\nmkdir -p "$HOME/.bamf"; echo new >"$HOME/.bamf/credentials.json"\necho '{"version":"0.11.0"}'\n`,
    );
    const change = { fetch: () => Promise.resolve(busy), sha256: sum(busy) };
    vi.stubEnv("HOME", here.folder);
    expect(await swap("0.11.0", change)).toMatchObject({ credentialsKept: true });
    vi.unstubAllEnvs();
    expect(await readFile(join(here.credentials, "credentials.json"), "utf8")).toBe("{}");
  });

  test("has a CLI that gets none of the variables of whoever asks it, but for the way to its programs: no secret, and no other home", async () => {
    const curious = Buffer.from(
      `#!/bin/sh\nenv | cut -d= -f1 | sort >"${here.folder}/variables"\necho '{"version":"0.11.0"}'\n`,
    );
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "secret");
    vi.stubEnv("XDG_CONFIG_HOME", here.folder);
    await swap("0.11.0", { fetch: () => Promise.resolve(curious), sha256: sum(curious) });
    vi.unstubAllEnvs();
    const names = (await readFile(join(here.folder, "variables"), "utf8")).trim().split("\n");
    // The shell makes those that begin with _ or P.
    expect(names.filter((name) => !/^(_|PWD|SHLVL|OLDPWD)/.test(name))).toEqual(["HOME", "PATH"]);
  });

  test("whose credentials somebody changes meanwhile, in whatever folder below, says so", async () => {
    await mkdir(join(here.credentials, "keys"));
    const fetch = async () => {
      await writeFile(join(here.credentials, "keys", "one"), "new");
      return cli("0.11.0");
    };
    expect(await swap("0.11.0", { fetch })).toMatchObject({ credentialsKept: false });
  });
});
