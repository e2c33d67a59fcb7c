import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { checkAgentsOnline, unheard } from "../../../components/bamf/agents/agents-online";

const NOW = Date.parse("2026-01-01T00:01:00Z");
const at = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

test("an agent that was heard within its time is heard; one that is offline, silent for long, or not known is not (B-12)", () => {
  const listed = new Map([
    ["a", { status: "online", heard: at(70) }],
    ["b", { status: "offline", heard: at(1) }],
    ["c", { status: "online", heard: at(90) }],
    ["d", { status: "online", heard: undefined }],
  ]);
  expect(unheard(["a", "b", "c", "d", "e"], listed, NOW)).toEqual([
    "agent b is offline in the API",
    `agent c was heard by the API last at ${at(90)}`,
    "agent d was heard by the API last at no time",
    "the API does not know an agent e (under another name there, give its host the label agent)",
  ]);
});

describe("an API that is asked for its agents", () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer(({ url: path, headers }, answer) => {
      if (headers.authorization !== "Bearer t0ken") {
        answer.writeHead(403).end();
        return;
      }
      const agent = (name: string) => ({
        name,
        status: "online",
        last_heartbeat: new Date().toISOString(),
      });
      const isFirst = path === "/api/v1/agents";
      answer.end(
        JSON.stringify({
          items: [agent(isFirst ? "c1" : "west")],
          next_cursor: isFirst ? "YQ==" : null,
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  const ask = (hosts: readonly string[], token: string) =>
    checkAgentsOnline(
      hosts,
      { url, token: "BAMF_TOKEN", names: { w1: "west" }, withinSeconds: 0 },
      { env: { BAMF_TOKEN: token }, say: () => undefined },
    );

  test("is asked page by page, and by the names that it knows (B-39)", async () => {
    expect(await ask(["c1", "w1"], "t0ken")).toEqual({
      faults: [],
      said: ["the API hears 2 agents"],
    });
    expect((await ask(["w2"], "t0ken")).faults).toEqual([
      "the API does not know an agent w2 (under another name there, give its host the label agent)",
    ]);
  });

  test("hears by its own clock, whatever that of this machine says (B-12)", async () => {
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    expect((await ask(["c1"], "t0ken")).faults).toEqual([]);
  });

  test("that refuses speaks against the release, and without a token or a URL it is not asked, which is said", async () => {
    expect((await ask(["c1"], "other")).faults).toEqual([
      "the API could not be asked for its agents: status 403 (see api.url and BAMF_TOKEN)",
    ]);
    expect(await ask(["c1"], "")).toEqual({
      faults: [],
      said: ["the API is not asked for its agents: there is no BAMF_TOKEN"],
    });
    const nowhere = { token: "BAMF_TOKEN", names: {} };
    const io = { env: { BAMF_TOKEN: "t0ken" }, say: () => undefined };
    expect(await checkAgentsOnline(["c1"], nowhere, io)).toEqual({
      faults: [],
      said: ["the API is not asked for its agents: api.url names no place"],
    });
  });
});
