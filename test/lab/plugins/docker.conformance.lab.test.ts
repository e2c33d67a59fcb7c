import { afterAll, describe, expect, test } from "vitest";
import { changing } from "../engine/steps-of-log";
import { changesOf, dockerTrial, ok, ops, shell } from "./docker-trial";

// Rules of the official docker plugin 5.2.0 on which the program builds. They hold on whichever plugin the lab runs; the last group is about the stand-in
// alone. Not proven here: remote hosts, services, secrets, plugins, builds, registries.

const { lab, program, write, containers, daemon, inProgram } = dockerTrial();

describe("networks and volumes", () => {
  inProgram();
  const ignoring = `ignoreChanges: ["labels"]`;
  const parts = (more = "", options = ignoring) => `
    const network = new docker.Network("net", { name: "trial-net" }, { provider });
    const volume = new docker.Volume("data", { name: "trial-data" }, { provider, ${options} });
    const server = new docker.Container("server", {
      image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sh", "-c"], command: ["echo hello > /data/file; sleep 600"],
      user: "0", networksAdvanced: [{ name: network.name, aliases: ["server"] }],
      volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    }, { provider });
    ${more}
    exports.server = server.name; exports.mountpoint = volume.mountpoint;
  `;
  afterAll(async () => {
    await daemon.ask("DELETE", "/volumes/trial-data?force=1");
  });

  test("a volume that is there is taken as it is, with what is in it", async () => {
    await daemon.must("POST", "/volumes/create", {
      body: { Name: "trial-data", Labels: { made: "before" } },
    });
    await write(parts());
    ok(await program().up());
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
    const { server } = await program().outputs();
    const seen = JSON.stringify((await containers.named(String(server))).inspected);
    expect(seen).toContain('"trial-net"');
    expect(seen).toContain('"server"');
  });

  test("a volume that was there is replaced, and its data with it, once a refresh has noted its labels, unless they are ignored or given", async () => {
    await write(parts("", ""));
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
    ok(await program().refresh());
    const { steps } = ok(await program().preview());
    expect(ops(steps, "data")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    expect(changesOf(steps, "data")).toEqual({ labels: "delete-replace" });
    await write(parts());
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });

  test("a container that runs once and is waited for tells how it ended, and an error is no failure", async () => {
    await write(
      parts(`
        const once = new docker.Container("once", {
          image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sh", "-c"], command: ["echo from the one-shot; exit 3"],
          mustRun: false, attach: true, logs: true, networksAdvanced: [{ name: network.name }],
        }, { provider, dependsOn: [server] });
        exports.exitCode = once.exitCode; exports.logs = once.containerLogs;
      `),
    );
    ok(await program().up());
    expect(await program().outputs()).toMatchObject({ exitCode: 3, logs: "from the one-shot\n" });
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });

  test("a network of a name that is there is refused in Docker's words", async () => {
    await write(
      parts(
        `new docker.Network("twice", { name: "trial-net" }, { provider, dependsOn: [network] });`,
      ),
    );
    const run = await program().up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("network with name trial-net already exists");
  });
});

describe("files, images and secrets", () => {
  inProgram();

  test("a file is put into the container before it starts, and another content replaces it", async () => {
    const config = (content: string) =>
      shell(`uploads: [{ file: "/tmp/config", content: "${content}" }],`);
    await write(config("one"));
    ok(await program().up());
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
    await write(config("two"));
    expect(changesOf(ok(await program().preview()).steps, "one")).toEqual({
      uploads: "update-replace",
    });
  });

  test("an image that is there is known by its id and stays if it is to be kept; one that nobody has is an error with its name", async () => {
    await write(`
      const image = new docker.RemoteImage("image", { name: "ghcr.io/mnemom/gateway:1.0.1", keepLocally: true }, { provider });
      exports.image = image.imageId;
    `);
    ok(await program().up());
    expect((await program().outputs())["image"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    await write("");
    ok(await program().up());
    await daemon.must("GET", "/images/ghcr.io/mnemom/gateway:1.0.1/json");
    await write(
      `new docker.RemoteImage("image", { name: "127.0.0.1:1/nothing:1" }, { provider });`,
    );
    const run = await program().up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("unable to pull image 127.0.0.1:1/nothing:1");
  });

  test("a secret variable makes all variables secret, in state and preview", async () => {
    await write(shell(`envs: ["A=1", pulumi.interpolate\`B=\${pulumi.secret("hid" + "den")}\`],`));
    const preview = ok(await program().preview());
    expect(preview.all).not.toContain("hidden");
    ok(await program().up());
    expect(await program().state()).not.toContain("hidden");
    expect(changing(ok(await program().preview()).steps)).toEqual([]);
  });
});

describe("a container that does not come up", () => {
  inProgram();
  const taken = `
    new docker.Container("holder", {
      image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sleep"], command: ["600"], ports: [{ internal: 1, external: 18801 }],
    }, { provider });
  `;
  const second = `
    new docker.Container("second", {
      name: "second", image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sleep"], command: ["600"], ports: [{ internal: 1, external: 18801 }],
    }, { provider });
  `;

  test("fails with Docker's words, is noted all the same, and the next update does not start it", async () => {
    await write(taken);
    ok(await program().up());
    await write(taken + second);
    const run = await program().up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/Unable to start container: .*port is already allocated/);
    await write(second);
    ok(await program().up());
    expect((await containers.named("second")).state).toBe("created");
  });

  test("a refresh sees that, and the next update starts it", async () => {
    ok(await program().refresh());
    ok(await program().up());
    expect((await containers.named("second")).state).toBe("running");
  });

  test("a daemon that nobody has is an error that does not name it, as soon as the provider is asked for anything", async () => {
    await program().write(`
      const provider = new docker.Provider("nowhere", { host: "unix:///nowhere.sock" });
      new docker.Volume("v", {}, { provider });
    `);
    const run = await program().preview();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("failed to connect to any docker daemon");
    await write(second);
  });
});

describe("what the stand-in refuses", () => {
  inProgram();

  test.for([
    [
      "mounts",
      `new docker.Container("x", { image: "i", mounts: [{ type: "tmpfs", target: "/t" }] }, { provider });`,
    ],
    [
      "docker:index/tag:Tag",
      `new docker.Tag("x", { sourceImage: "a", targetImage: "b" }, { provider });`,
    ],
  ])(
    "%s is refused in words before anything is made",
    async ([what = "", source = ""], { skip }) => {
      skip(lab().plugins === "official", "the official plugin does it");
      await write(source);
      const run = await program().preview();
      expect(run.exitCode).not.toBe(0);
      expect(run.all).toContain("the stand-in docker plugin does not support");
      expect(run.all).toContain(what);
    },
  );
});
