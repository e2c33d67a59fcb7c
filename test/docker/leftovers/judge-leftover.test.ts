import { describe, expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import {
  judgeLeftover,
  type LeftoverArgs,
} from "../../../components/docker/leftovers/judge-leftover";
import type { LiveServer } from "../../../components/docker/proxy/runtime-api";
import { container, ours } from "../facts";

const judge = (
  role: string,
  change: Partial<LeftoverArgs> & { found: ContainerFacts | undefined },
) => judgeLeftover({ gateway: "smoltbot", role, servers: [], known: true, ...change });
const server = (name: string, change: Partial<LiveServer> = {}): LiveServer => ({
  name,
  address: "127.1.1.1:18787",
  state: "ready",
  open: 0,
  ...change,
});

describe("what has the name of a container that the engine is about to make", () => {
  test("is nothing, and it is made", () => {
    expect(judge("gateway", { found: undefined })).toEqual({ kind: "free" });
  });

  test.each([
    ["made and not started", { state: "created" }],
    ["started", { state: "running" }],
    ["ended since, as a killed daemon leaves it", { state: "exited" }],
  ] as const)("is a gateway of a killed run, %s, and goes (S-14)", (_, change) => {
    expect(judge("gateway", { found: ours("gateway", change) })).toEqual({ kind: "remove" });
  });

  test.each([
    ["of somebody else", container({ name: "smoltbot-gateway" })],
    ["of another gateway", ours("gateway", { labels: { "gateways.instance": "other" } })],
    ["of ours in another role", ours("observer", { name: "smoltbot-gateway" })],
  ])("is %s, and stays", (_, found) => {
    expect(judge("gateway", { found })).toMatchObject({
      kind: "keep",
      found:
        "container smoltbot-gateway is there, and it is not the gateway of the gateway smoltbot",
    });
  });

  test.each([
    ["ready", server("smoltbot-gateway")],
    ["draining with a stream open", server("smoltbot-gateway", { state: "draining", open: 1 })],
  ])("is a gateway that the front proxy has, %s, and stays (law 2)", (_, one) => {
    expect(judge("gateway", { found: ours("gateway"), servers: [one] })).toMatchObject({
      kind: "keep",
      found:
        "container smoltbot-gateway is there and takes requests, but this stack knows nothing of it",
    });
  });

  test("is a gateway that the front proxy has and sends nothing to, and goes", () => {
    const servers = [server("smoltbot-gateway", { state: "stopped" }), server("another")];
    expect(judge("gateway", { found: ours("gateway"), servers })).toEqual({ kind: "remove" });
  });

  test.each(["proxy", "migrate"])(
    "is a %s that was started, which a step does once the engine has noted it, and stays",
    (role) => {
      expect(judge(role, { found: ours(role) })).toMatchObject({ kind: "keep" });
      expect(judge(role, { found: ours(role, { state: "created" }) })).toEqual({ kind: "remove" });
    },
  );

  test("is a database of a killed run, beside gateways of a release that this stack has verified, and goes", () => {
    const servers = [server("smoltbot-gateway")];
    expect(judge("postgres", { found: ours("postgres"), servers })).toEqual({ kind: "remove" });
  });

  test("is a database of a first run that was killed, which nobody needs yet, and goes", () => {
    expect(judge("postgres", { found: ours("postgres"), known: false })).toEqual({
      kind: "remove",
    });
  });

  test("is a database of gateways that serve, of which this stack has never verified one, and stays: its state is lost, or it is the wrong stack", () => {
    const servers = [server("smoltbot-gateway-1-0-0-1-abc")];
    const verdict = judge("postgres", { found: ours("postgres"), servers, known: false });
    expect(verdict).toMatchObject({
      kind: "keep",
      found:
        "container smoltbot-postgres is there and has the data of smoltbot-gateway-1-0-0-1-abc, but this stack knows nothing of it",
    });
  });
});
