import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { holdStreams } from "./streams";

/** Answers with whole streams of ten events, and cuts each that `isCut` says by its number. @param enough - streams after which the promise is kept */
async function streamServer(isCut: (number: number) => boolean, enough: number) {
  let asked = 0;
  let reached: () => void = () => undefined;
  const isEnough = new Promise<void>((resolve) => (reached = resolve));
  const server = createServer((_, response) => {
    asked += 1;
    if (asked === enough) reached();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const events = isCut(asked) ? 4 : 10;
    response.write("event: content_block_delta\ndata: {}\n\n".repeat(events));
    response.end(events === 10 ? "event: message_stop\ndata: {}\n\n" : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, isEnough };
}

test("streams that are held are counted as whole or cut, and another one begins for each that ends", async () => {
  const { url, isEnough } = await streamServer((number) => number === 3, 5);
  const held = holdStreams(url, 2, 1);
  await isEnough;
  const { whole, cut } = await held.stop();
  expect(whole).toBeGreaterThan(3);
  expect(cut).toEqual(["200, cut after 4 events"]);
});

test("a stream that nobody answers is cut, with the reason", async () => {
  const { whole, cut } = await holdStreams("http://127.0.0.1:1", 1, 1).stop();
  expect(whole).toBe(0);
  expect(cut[0]).toMatch(/fetch failed/);
});
