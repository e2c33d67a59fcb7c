import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { prometheusAccessSchema } from "../../components/prometheus/access";
import { openPrometheus } from "../../components/prometheus/client";
import { readPrometheusFacts } from "../../components/prometheus/read-prometheus-facts";

const nothing = '{"status":"success","data":{"resultType":"vector","result":[]}}';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers each request as the next of the given answers says, and keeps what it was asked. */
async function serve(...answers: readonly { readonly status: number; readonly body: string }[]) {
  const asked: { url: string | undefined; headers: IncomingHttpHeaders; body: string }[] = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const answer = answers[asked.push({ url: request.url, headers: request.headers, body }) - 1];
      response.writeHead(answer?.status ?? 500, { location: "/elsewhere" }).end(answer?.body);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked };
}

const ask = (url: string, token?: string, retries = 0) =>
  openPrometheus(prometheusAccessSchema.parse({ url }), token).ask("up", retries);

test("Prometheus below a path is asked there, with the token as its header and nowhere else", async () => {
  const { url, asked } = await serve({ status: 200, body: nothing });
  expect(await ask(`${url}/prefix`, "s3cret")).toEqual([]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ url: "/prefix/api/v1/query", body: "query=up" });
  expect(asked[0]?.headers.authorization).toBe("Bearer s3cret");
});

test("Prometheus that refuses the query says why", async () => {
  const body = '{"status":"error","errorType":"bad_data","error":"parse error"}';
  const { url } = await serve({ status: 400, body });
  await expect(ask(url)).rejects.toThrow("bad_data: parse error");
});

test("a proxy that refuses is told by its status, without the token", async () => {
  const { url } = await serve({ status: 403, body: "<html>s3cret</html>" });
  await expect(ask(url, "s3cret")).rejects.toThrow(/^status 403 from 127\.0\.0\.1:\d+$/);
});

test("a redirect is not followed, since the token would go with it", async () => {
  const { url, asked } = await serve({ status: 302, body: "" }, { status: 200, body: nothing });
  await expect(ask(url, "s3cret")).rejects.toThrow("redirect");
  expect(asked).toHaveLength(1);
});

test("a question that was not answered is asked again as often as allowed", async () => {
  const { url, asked } = await serve({ status: 503, body: "" }, { status: 200, body: nothing });
  expect(await ask(url, undefined, 1)).toEqual([]);
  expect(asked).toHaveLength(2);
});

test("nobody there is told in words", async () => {
  const { url } = await serve();
  await new Promise((resolve) => server?.close(resolve));
  await expect(ask(url)).rejects.toThrow(/^connection refused by 127\.0\.0\.1:\d+$/);
});

test("a look at Prometheus that never answers is left within its limit, whatever is asked again, and that is told once (S-49)", async () => {
  server = createServer(() => undefined);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access = prometheusAccessSchema.parse({ url: `http://127.0.0.1:${port}` });
  const begun = performance.now();
  const question = { namespace: "smoltbot", metric: "requests_total" };
  await expect(readPrometheusFacts(access, undefined, question, 800)).rejects.toThrow(
    /^no answer within 0\.8 s by 127\.0\.0\.1:\d+$/,
  );
  expect(performance.now() - begun).toBeLessThan(2500);
  server.closeAllConnections();
});

test("a slow Prometheus is waited for longer than a few seconds where a look allows it (S-49)", async () => {
  server = createServer((_, response) => void setTimeout(() => response.end(nothing), 3300));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access = prometheusAccessSchema.parse({ url: `http://127.0.0.1:${port}` });
  const question = { namespace: "smoltbot", metric: "requests_total" };
  expect(await readPrometheusFacts(access, undefined, question)).toEqual({
    scraped: [],
    unreadable: [],
    before: { requests: 0, errors: 0 },
  });
});
