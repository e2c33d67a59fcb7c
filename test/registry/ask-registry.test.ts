import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { askRegistry } from "../../components/registry/ask-registry";
import { lookAtImages } from "../../components/registry/look-at-images";
import { observed, unavailable } from "../../components/upgrade/observation";
import { cluster, node } from "../upgrade/gates/facts";

type Reply = (request: IncomingMessage, response: ServerResponse, port: number) => void;

/** Asks a registry on this machine that answers as said. */
async function ask(reply: Reply, limit?: number) {
  const server = createServer((request, response) => {
    reply(request, response, (server.address() as AddressInfo).port);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await askRegistry(`127.0.0.1:${port}/mnemom/gateway:1.1.0`, limit);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
const end =
  (status: number): Reply =>
  (_, response) => {
    response.writeHead(status).end();
  };

describe("a registry that is asked for an image", () => {
  test("says yes or no (T-07)", async () => {
    expect(await ask(end(200))).toEqual(observed({ exists: true, digests: [] }));
    expect(await ask(end(404))).toEqual(observed({ exists: false, digests: [] }));
  });

  test("tells the digest of what it has, and of an image of several platforms those of each", async () => {
    const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
    const told = { "docker-content-digest": digest("a") };
    const one = await ask((_, response) => response.writeHead(200, told).end());
    expect(one).toEqual(observed({ exists: true, digests: [digest("a")] }));
    const type = { ...told, "content-type": "application/vnd.oci.image.index.v1+json" };
    const manifests = ["b", "c"].map((letter) => ({ digest: digest(letter) }));
    const many = await ask(({ method }, response) =>
      response.writeHead(200, type).end(method === "GET" ? JSON.stringify({ manifests }) : ""),
    );
    expect(many).toEqual(observed({ exists: true, digests: ["a", "b", "c"].map(digest) }));
    const broken = await ask((_, response) => response.writeHead(200, type).end("<html>"));
    expect(broken).toEqual(observed({ exists: true, digests: [digest("a")] }));
  });

  test("is asked for the manifest alone, in every form that there is", async () => {
    const asked: (string | undefined)[] = [];
    await ask(({ method, url, headers }, response) => {
      asked.push(method, url, headers.accept);
      response.end();
    });
    expect(asked.slice(0, 2)).toEqual(["HEAD", "/v2/mnemom/gateway/manifests/1.1.0"]);
    expect(asked[2]).toContain("application/vnd.oci.image.index.v1+json");
  });

  test("gives a visitor a token first where it wants one", async () => {
    const answer = await ask(({ url, headers }, response, port) => {
      if (url?.startsWith("/token") === true) {
        response.end(JSON.stringify({ token: url.includes("scope=pull") ? "t" : "" }));
        return;
      }
      if (headers.authorization === "Bearer t") response.writeHead(404).end();
      else {
        const realm = `Bearer realm="http://127.0.0.1:${port}/token",scope="pull"`;
        response.writeHead(401, { "www-authenticate": realm }).end();
      }
    });
    expect(answer).toEqual(observed({ exists: false, digests: [] }));
  });

  test.each([
    [401, /shows it to nobody without credentials/],
    [403, /shows it to nobody without credentials/],
    [429, /answers 429/],
    [503, /answers 503/],
  ])("and answers %i has neither said yes nor no", async (status, reason) => {
    const answer = await ask(end(status));
    expect(answer).toMatchObject({ observed: false });
    expect(answer.observed ? "" : answer.reason).toMatch(reason);
  });

  test("and never answers is left within its limit, and that is said", async () => {
    const begun = performance.now();
    expect(await ask(() => undefined, 300)).toEqual(
      unavailable(expect.stringMatching(/does not answer within 0.3 s/) as string),
    );
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  test("and is not there is told in words", async () => {
    const answer = await askRegistry("127.0.0.1:1/mnemom/gateway:1.1.0");
    expect(answer).toMatchObject({ observed: false });
    expect(await askRegistry("registry.invalid/gateway:1")).toMatchObject({ observed: false });
  });
});

const digest = `sha256:${"d".repeat(64)}`;
const container = {
  name: "b",
  image: "ghcr.io/b:1",
  digest: "sha256:1",
  manifest: digest,
  restarts: 0,
};
const pod = { name: "p", labels: {}, phase: "Running", ready: true, terminating: false };
const world = cluster({
  nodes: [
    node({
      images: ["ghcr.io/a:1", "docker.io/library/c:1"],
      digests: { "ghcr.io/a:1": [digest] },
    }),
  ],
  pods: [{ ...pod, containers: [container] }],
});
const unanswered = (asked: string[]) => (image: string) => {
  asked.push(image);
  return Promise.resolve(unavailable("nobody home"));
};

test("only images that no node has and no pod runs are asked for, each once; of the others nodes and pods tell the digests", async () => {
  const asked: string[] = [];
  const images = ["ghcr.io/a:1", "ghcr.io/b:1", "c:1", "ghcr.io/d:1", "ghcr.io/d:1"];
  expect(await lookAtImages(images, Promise.resolve(world), unanswered(asked))).toEqual({
    "ghcr.io/a:1": observed({ exists: true, digests: [digest] }),
    "ghcr.io/b:1": observed({ exists: true, digests: [digest] }),
    "c:1": observed({ exists: true, digests: [] }),
    "ghcr.io/d:1": unavailable("nobody home"),
  });
  expect(asked).toEqual(["ghcr.io/d:1"]);
});

test("a slow cluster is not waited for before registries are asked, and its word counts when it comes", async () => {
  const asked: string[] = [];
  const slow = pause(200).then(() => world);
  const looks = lookAtImages(["ghcr.io/a:1"], slow, unanswered(asked), 10);
  await pause(100);
  expect(asked).toEqual(["ghcr.io/a:1"]);
  expect(await looks).toEqual({ "ghcr.io/a:1": observed({ exists: true, digests: [digest] }) });
});
