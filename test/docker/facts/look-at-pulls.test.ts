import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { imageOn, lookAtPulls } from "../../../components/docker/facts/look-at-pulls";
import { observed, unavailable } from "../../../components/upgrade/observation";

/** A daemon that has these answers for what it is asked, and nothing else. */
async function daemonWith(answers: Readonly<Record<string, readonly [number, object]>>) {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  const server = createServer(({ method, url = "" }, answer) => {
    const [status, body] = answers[`${method} ${url}`] ?? [418, { message: `asked for ${url}` }];
    answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, "d.sock"), resolve));
  onTestFinished(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return { host: `unix://${join(folder, "d.sock")}` };
}

const image = "ghcr.io/mnemom/gateway:1.1.0";
const asked = `GET /distribution/${image}/json`;

test("an image that the registry shows to the daemon exists, for the platforms that it names", async () => {
  const Platforms = [
    { architecture: "amd64", os: "linux" },
    // What some registries keep beside an image: how it was built.
    { architecture: "", os: "" },
  ];
  const address = await daemonWith({ [asked]: [200, { Descriptor: {}, Platforms }] });
  expect(await lookAtPulls(address, [image])).toEqual({
    [image]: observed({ exists: true, platforms: [{ os: "linux", architecture: "amd64" }] }),
  });
});

test("a daemon that leaves the platforms out tells of none", async () => {
  const address = await daemonWith({ [asked]: [200, { Descriptor: {}, Platforms: null }] });
  expect(await lookAtPulls(address, [image])).toEqual({
    [image]: observed({ exists: true, platforms: [] }),
  });
});

test("S-05: an image of which the registry says that there is none does not exist", async () => {
  const message = "manifest unknown: manifest unknown";
  const address = await daemonWith({ [asked]: [404, { message }] });
  expect(await lookAtPulls(address, [image])).toEqual({
    [image]: observed({ exists: false, platforms: [] }),
  });
});

test.each([
  [403, "errors:\ndenied: requested access to the resource is denied\n"],
  [500, 'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host'],
])("S-05: answer %i is no look, in the daemon's own words", async (status, message) => {
  const address = await daemonWith({ [asked]: [status, { message }] });
  expect(await lookAtPulls(address, [image])).toEqual({ [image]: unavailable(message.trim()) });
});

test("a daemon that is away is no look", async () => {
  const { [image]: look } = await lookAtPulls({ host: "unix:///nowhere.sock" }, [image]);
  expect(look?.observed === false && look.reason).toMatch(/ENOENT/);
});

test("an image is on the host by its tag, by its digest, and under its short name", () => {
  const digest = `sha256:${"1".repeat(64)}`;
  const found = {
    id: "sha256:1",
    tags: ["haproxy:2.6"],
    digests: [`haproxy@${digest}`],
    platform: { os: "linux", architecture: "amd64" },
  };
  for (const name of ["haproxy:2.6", "docker.io/library/haproxy:2.6", `haproxy:2.6@${digest}`])
    expect(imageOn([found], name)).toBe(found);
  expect(imageOn([found], "haproxy:2.7")).toBeUndefined();
});
