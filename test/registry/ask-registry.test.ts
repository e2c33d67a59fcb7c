import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { askRegistry } from "../../components/registry/ask-registry";
import { lookAtImages } from "../../components/registry/look-at-images";
import { seen, unseen } from "../../components/upgrade/look";
import { cluster, node } from "../upgrade/gates/facts";

type Reply = (request: IncomingMessage, response: ServerResponse, port: number) => void;

/** Asks a registry on this machine that answers as said. */
async function ask(reply: Reply) {
  const server = createServer((request, response) => {
    reply(request, response, (server.address() as AddressInfo).port);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await askRegistry(`127.0.0.1:${port}/mnemom/gateway:1.1.0`);
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
    expect(await ask(end(200))).toEqual(seen(true));
    expect(await ask(end(404))).toEqual(seen(false));
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
    expect(answer).toEqual(seen(false));
  });

  test.each([
    [401, /shows it to nobody without credentials/],
    [403, /shows it to nobody without credentials/],
    [429, /answers 429/],
    [503, /answers 503/],
  ])("and answers %i has neither said yes nor no", async (status, reason) => {
    const answer = await ask(end(status));
    expect(answer).toMatchObject({ seen: false });
    expect(answer.seen ? "" : answer.reason).toMatch(reason);
  });

  test("and never answers is left within 3 seconds", async () => {
    const begun = performance.now();
    expect(await ask(() => undefined)).toMatchObject({
      seen: false,
      reason: expect.stringMatching(/does not answer within 3 s/) as string,
    });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test("and is not there is told in words", async () => {
    const answer = await askRegistry("127.0.0.1:1/mnemom/gateway:1.1.0");
    expect(answer).toMatchObject({ seen: false });
    expect(await askRegistry("registry.invalid/gateway:1")).toMatchObject({ seen: false });
  });
});

test("only images that no node has and no pod runs are asked for, each once", async () => {
  const asked: string[] = [];
  const images = ["ghcr.io/a:1", "ghcr.io/b:1", "c:1", "ghcr.io/d:1", "ghcr.io/d:1"];
  const container = { name: "b", image: "ghcr.io/b:1", digest: "sha256:1", restarts: 0 };
  const pod = { name: "p", labels: {}, phase: "Running", ready: true, terminating: false };
  const world = cluster({
    nodes: [node({ images: ["ghcr.io/a:1", "docker.io/library/c:1"] })],
    pods: [{ ...pod, containers: [container] }],
  });
  const answer = (image: string) => {
    asked.push(image);
    return Promise.resolve(unseen("nobody home"));
  };
  expect(await lookAtImages(images, world, answer)).toEqual({
    "ghcr.io/a:1": seen(true),
    "ghcr.io/b:1": seen(true),
    "c:1": seen(true),
    "ghcr.io/d:1": unseen("nobody home"),
  });
  expect(asked).toEqual(["ghcr.io/d:1"]);
});
