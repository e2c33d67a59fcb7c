import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containersOf } from "../docker/containers";
import { ensureDockerHost, type DockerHost } from "../docker/host";
import { bringDockerImages } from "../docker/images";
import { smallProgram, type SmallProgram } from "../engine/small-program";
import { changing, type Step } from "../engine/steps-of-log";
import { connectLab, type Lab } from "../lab";
import { readSettings } from "../settings";
import { daemonAt } from "./docker/daemon";

// Rules of the official docker plugin 5.2.0 on which the program builds. They hold on whichever plugin the lab runs; the last group is about the stand-in
// alone. Not proven here: remote hosts, services, secrets, plugins, builds, registries.

const settings = readSettings(process.env);
const containers = containersOf(settings);
let host: DockerHost;
let lab: Lab;
let program: SmallProgram;

beforeAll(async () => {
  lab = await connectLab();
  host = await ensureDockerHost(settings);
  await bringDockerImages(settings);
});

/** A program that speaks to the Docker host of the lab. */
function inProgram(): void {
  beforeAll(async () => {
    program = await smallProgram(lab);
  });
  afterAll(async () => {
    await program.remove();
  });
}

const write = (source: string): Promise<void> =>
  program.write(
    `const provider = new docker.Provider("host", { host: ${JSON.stringify(host.url)} });\n${source}`,
  );

const ops = (steps: readonly Step[], name: string) =>
  changing(steps).flatMap((step) => (step.name === name ? [step.op] : []));

const ok = <R extends { readonly exitCode: number | undefined; readonly all: string }>(
  run: R,
): R => {
  expect(run.exitCode, run.all).toBe(0);
  return run;
};

const daemon = () => daemonAt(host.url);
const inspect = async (name: string): Promise<string> =>
  JSON.stringify((await containers.named(name)).inspected);

/** A container that stays, of the smallest image that has a shell. */
const shell = (args: string, options = "") => `
  const one = new docker.Container("one", {
    image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sleep"], command: ["600"], ${args}
  }, { provider, ${options} });
  exports.name = one.name; exports.id = one.id;
`;

describe("a container's life", () => {
  inProgram();
  let first: Readonly<Record<string, unknown>>;

  test("a preview makes nothing", async () => {
    await write(shell(`labels: [{ label: "trial", value: "life" }],`));
    const before = await containers.all();
    expect(ops(ok(await program.preview()).steps, "one")).toEqual(["create"]);
    expect(await containers.all()).toHaveLength(before.length);
  });

  test("an update makes it and starts it under a name of its own, and a second one changes nothing", async () => {
    ok(await program.up());
    first = await program.outputs();
    expect(String(first["name"])).toMatch(/^one-[0-9a-f]{7}$/);
    expect((await containers.named(String(first["name"]))).state).toBe("running");
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
    expect(changing(ok(await program.refresh()).steps)).toEqual([]);
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
  });

  test("a changed variable replaces it: the old one goes first", async () => {
    await write(shell(`envs: ["A=1"],`));
    const run = ok(await program.up());
    expect(ops(run.steps, "one")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    await expect(containers.named(String(first["name"]))).rejects.toThrow("No such container");
  });

  test("with deleteBeforeReplace false the new one comes first, and both run meanwhile", async () => {
    await write(shell(`envs: ["A=2"],`, "deleteBeforeReplace: false"));
    const run = ok(await program.up());
    expect(ops(run.steps, "one")).toEqual(["create-replacement", "replace", "delete-replaced"]);
  });

  test("variables in another order are no change", async () => {
    const options = "deleteBeforeReplace: false";
    await write(shell(`envs: ["A=2", "B=3"],`, options));
    ok(await program.up());
    await write(shell(`envs: ["B=3", "A=2"],`, options));
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
  });

  test("what it is removed without is left to the image, and is no change", async () => {
    await write(shell(""));
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
  });

  test("more memory is an update in place, and reaches it", async () => {
    await write(shell("memory: 64, memorySwap: 64,"));
    ok(await program.up());
    const { name } = await program.outputs();
    const run = ok(await program.preview());
    expect(changing(run.steps)).toEqual([]);
    await write(shell("memory: 96, memorySwap: 96,"));
    expect(ops(ok(await program.up()).steps, "one")).toEqual(["update"]);
    expect(await inspect(String(name))).toContain(`"Memory":${96 * 1024 * 1024}`);
  });

  test("a health check that is added or changed is an update that changes nothing (T-45)", async () => {
    const check = (seconds: number) =>
      shell(
        `memory: 96, memorySwap: 96, healthcheck: { tests: ["CMD", "true"], interval: "${seconds}s" },`,
      );
    await write(check(5));
    expect(ops(ok(await program.up()).steps, "one")).toEqual(["update"]);
    await write(check(7));
    expect(ops(ok(await program.up()).steps, "one")).toEqual(["update"]);
    const { name } = await program.outputs();
    expect(await inspect(String(name))).toContain("/health/live");
  });

  test("one that was stopped behind its back is seen by a refresh, and the next update starts it", async () => {
    const { name } = await program.outputs();
    await daemon().must("POST", `/containers/${String(name)}/kill`);
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
    ok(await program.refresh());
    expect(ops(ok(await program.up()).steps, "one")).toEqual(["update"]);
    expect((await containers.named(String(name))).state).toBe("running");
  });

  test("one that was removed behind its back is made anew after a refresh", async () => {
    const { name } = await program.outputs();
    await containers.remove(String(name));
    ok(await program.refresh());
    expect(ops(ok(await program.up()).steps, "one")).toEqual(["create"]);
  });

  test("a duration in another form than Go's, and CPUs without a point, never come to rest", async () => {
    const restless = `healthcheck: { tests: ["CMD", "true"], interval: "60s" },`;
    await write(shell(`envs: ["A=3"], ${restless} cpus: "1",`));
    ok(await program.up());
    const [step] = changing(ok(await program.preview()).steps);
    expect(step?.changes).toEqual({
      cpus: "update-replace",
      "healthcheck.interval": "update",
    });
    await write(
      shell(
        `envs: ["A=3"], healthcheck: { tests: ["CMD", "true"], interval: "1m0s" }, cpus: "1.0",`,
      ),
    );
    ok(await program.up());
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
  });
});

describe("a container that is deleted", () => {
  inProgram();

  // The gateway waits for its open requests at the signal, which a shell does not.
  const waiting = (args: string) => `
    new docker.Container("slow", {
      name: "slow", image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sh", "-c"],
      command: ["trap 'sleep 2; echo ended >> /data/marks; exit 0' TERM; touch /data/marks; while :; do sleep 0.1; done"],
      user: "0", volumes: [{ volumeName: "trial-marks", containerPath: "/data" }], stopTimeout: 30, ${args}
    }, { provider });
  `;
  const marks = async (): Promise<string> => {
    await containers.remove("reader");
    await containers.start("reader", {
      Image: "ghcr.io/mnemom/gateway:1.0.0",
      Entrypoint: ["cat", "/data/marks"],
      User: "0",
      HostConfig: { Binds: ["trial-marks:/data"] },
    });
    await daemon().must("POST", "/containers/reader/wait");
    return containers.logs("reader");
  };
  afterAll(async () => {
    await containers.remove("reader");
    await daemon().ask("DELETE", "/volumes/trial-marks?force=1");
  });

  test("is killed at once, whatever its stop timeout is (T-45)", async () => {
    await write(waiting(""));
    ok(await program.up());
    await write("");
    ok(await program.up());
    expect(await marks()).toBe("");
  });

  test("has the time that destroyGraceSeconds gives it (T-45)", async () => {
    await write(waiting("destroyGraceSeconds: 20,"));
    ok(await program.up());
    await write("");
    ok(await program.up());
    expect(await marks()).toBe("ended\n");
  });
});

describe("networks and volumes", () => {
  inProgram();
  const parts = (more = "") => `
    const network = new docker.Network("net", { name: "trial-net" }, { provider });
    const volume = new docker.Volume("data", { name: "trial-data" }, { provider });
    const server = new docker.Container("server", {
      image: "ghcr.io/mnemom/gateway:1.0.0", entrypoints: ["sh", "-c"], command: ["echo hello > /data/file; sleep 600"],
      user: "0", networksAdvanced: [{ name: network.name, aliases: ["server"] }],
      volumes: [{ volumeName: volume.name, containerPath: "/data" }],
    }, { provider });
    ${more}
    exports.server = server.name; exports.mountpoint = volume.mountpoint;
  `;
  afterAll(async () => {
    await daemon().ask("DELETE", "/volumes/trial-data?force=1");
  });

  test("a volume that is there is taken as it is, with what is in it", async () => {
    await daemon().must("POST", "/volumes/create", {
      body: { Name: "trial-data", Labels: { made: "before" } },
    });
    await write(parts());
    ok(await program.up());
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
    const { server } = await program.outputs();
    const seen = JSON.stringify((await containers.named(String(server))).inspected);
    expect(seen).toContain('"trial-net"');
    expect(seen).toContain('"server"');
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
    ok(await program.up());
    expect(await program.outputs()).toMatchObject({ exitCode: 3, logs: "from the one-shot\n" });
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
  });

  test("a network of a name that is there is refused in Docker's words", async () => {
    await write(
      parts(
        `new docker.Network("twice", { name: "trial-net" }, { provider, dependsOn: [network] });`,
      ),
    );
    const run = await program.up();
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
    ok(await program.up());
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
    await write(config("two"));
    const [step] = changing(ok(await program.preview()).steps).slice(-1);
    expect(step?.changes).toEqual({ "uploads[0]": "update-replace" });
  });

  test("an image that is there is known by its id and stays if it is to be kept; one that nobody has is an error with its name", async () => {
    await write(`
      const image = new docker.RemoteImage("image", { name: "ghcr.io/mnemom/gateway:1.0.1", keepLocally: true }, { provider });
      exports.image = image.imageId;
    `);
    ok(await program.up());
    expect((await program.outputs())["image"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    await write("");
    ok(await program.up());
    await daemon().must("GET", "/images/ghcr.io/mnemom/gateway:1.0.1/json");
    await write(
      `new docker.RemoteImage("image", { name: "127.0.0.1:1/nothing:1" }, { provider });`,
    );
    const run = await program.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("unable to pull image 127.0.0.1:1/nothing:1");
  });

  test("a secret variable makes all variables secret, in state and preview", async () => {
    await write(shell(`envs: ["A=1", pulumi.interpolate\`B=\${pulumi.secret("hid" + "den")}\`],`));
    const preview = ok(await program.preview());
    expect(preview.all).not.toContain("hidden");
    ok(await program.up());
    expect(await program.state()).not.toContain("hidden");
    expect(changing(ok(await program.preview()).steps)).toEqual([]);
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
    ok(await program.up());
    await write(taken + second);
    const run = await program.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/Unable to start container: .*port is already allocated/);
    await write(second);
    ok(await program.up());
    expect((await containers.named("second")).state).toBe("created");
  });

  test("a refresh sees that, and the next update starts it", async () => {
    ok(await program.refresh());
    ok(await program.up());
    expect((await containers.named("second")).state).toBe("running");
  });

  test("a daemon that nobody has is an error that names it", async () => {
    await program.write(`
      const provider = new docker.Provider("nowhere", { host: "unix:///nowhere.sock" });
      new docker.Volume("v", {}, { provider });
    `);
    const run = await program.up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toContain("please make sure that unix:///nowhere.sock is reachable");
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
      skip(lab.plugins === "official", "the official plugin does it");
      await write(source);
      const run = await program.preview();
      expect(run.exitCode).not.toBe(0);
      expect(run.all).toContain("the stand-in docker plugin does not support");
      expect(run.all).toContain(what);
    },
  );
});
