import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { haveImage } from "../../../components/docker/build/have-image";
import { buildOf, repository, temporaryFolder, type Repository } from "./repository";

const IMAGE = "localhost/smoltbot/gateway:1.0.0";

/** A docker program that notes its arguments and the files that it is given, and then does as told. */
const program = (then: string) => `#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/asked"
tar -tf - > "$here/files"
${then}
`;

/** A daemon that has the image once the docker program has built it. */
async function withDocker(then = 'touch "$here/built"') {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "docker"), program(then));
  await chmod(join(folder, "docker"), 0o755);
  const read = (name: string) => readFile(join(folder, name), "utf8").catch(() => "");
  const socket = join(folder, "docker.sock");
  const server = createServer((_, answer) => {
    const isBuilt = readFile(join(folder, "built")).then(
      () => true,
      () => false,
    );
    void isBuilt.then((built) => {
      answer.writeHead(built ? 200 : 404, { "content-type": "application/json" });
      answer.end(JSON.stringify(built ? { Id: "sha256:1" } : { message: "No such image" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  onTestFinished(() => {
    server.close();
    vi.unstubAllEnvs();
  });
  const host = `unix://${socket}`;
  const have = ({ folder: source }: Repository, ref = "v1.0.0") =>
    haveImage({ host }, buildOf(source, { ref }));
  return { host, folder, have, asked: () => read("asked"), files: () => read("files") };
}

describe("an image that is built from source", () => {
  test("is built of what the commit has, labelled with it and tagged by its release (S-11)", async () => {
    const docker = await withDocker();
    const source = await repository();
    const tagged = await source.git("rev-parse", "HEAD");
    await source.write("later", "1");
    await source.commit("Go on");
    const said = await docker.have(source)(IMAGE);
    expect(said).toMatch(`built ${IMAGE} from commit ${tagged} of ${source.folder} in `);
    expect((await docker.asked()).trim()).toBe(
      `--host ${docker.host} build --tag ${IMAGE} --file deploy/Dockerfile.gateway --label org.opencontainers.image.revision=${tagged} -`,
    );
    expect(await docker.files()).toContain("deploy/Dockerfile.gateway");
    expect(await docker.files()).not.toContain("later");
  });

  test("that the host has is not built again, and its source is not even asked (S-34)", async () => {
    const docker = await withDocker();
    await writeFile(join(docker.folder, "built"), "");
    const source = await repository();
    await source.write("changed", "1");
    expect(await docker.have(source)(IMAGE)).toBeUndefined();
    expect(await docker.asked()).toBe("");
  });

  test("is built once, however many resources need it", async () => {
    const docker = await withDocker();
    const have = docker.have(await repository());
    const said = await Promise.all([have(IMAGE), have(IMAGE), have("postgres:16-alpine")]);
    expect(said.filter((one) => one !== undefined)).toHaveLength(1);
    expect((await docker.asked()).trim().split("\n")).toHaveLength(1);
  });

  test("is not built of a source that was changed after the gates had looked (S-10)", async () => {
    const docker = await withDocker();
    const source = await repository();
    await source.write("changed", "1");
    await expect(docker.have(source)(IMAGE)).rejects.toThrow(/1 changed file in .*: changed/);
    await expect(docker.have(source, "main")(IMAGE)).rejects.toThrow(/may be another commit/);
    expect(await docker.asked()).toBe("");
  });

  test("whose build fails ends the run with its last lines", async () => {
    const docker = await withDocker(
      'echo "Step 3/9 : RUN npm ci"; echo "npm ERR! 404" >&2; exit 1',
    );
    await expect(docker.have(await repository())(IMAGE)).rejects.toThrow(
      /the build of localhost\/smoltbot\/gateway:1.0.0 failed: .*npm ERR! 404.*Fix: mend what it says/,
    );
  });

  test("that a builder has kept for itself is noticed", async () => {
    const docker = await withDocker("exit 0");
    await expect(docker.have(await repository())(IMAGE)).rejects.toThrow(/is not on the host/);
  });
});
