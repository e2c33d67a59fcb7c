import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextHandOverStep } from "../../../components/docker/proxy/hand-over";
import type { LiveServer } from "../../../components/docker/proxy/runtime-api";
import { obey } from "./obey";

const [old, next] = [
  { name: "old", address: "127.1.1.1:18787" },
  { name: "next", address: "127.1.1.2:18787" },
];
const live = (server: typeof old, change: Partial<LiveServer> = {}): LiveServer => ({
  ...server,
  state: "ready",
  open: 0,
  ...change,
});
const step = (servers: readonly LiveServer[], drainedSeconds = 0) =>
  nextHandOverStep({ live: servers, wanted: [next], drainedSeconds, drainSeconds: 300 });

describe("a hand-over (T-46)", () => {
  test("lets the wanted gateway in before anything else", () => {
    expect(step([live(old, { open: 7 })])).toMatchObject({
      kind: "tell",
      words: "next takes requests from now on",
    });
  });

  test("lets one in again that an earlier run has sent away", () => {
    expect(step([live(old), live(next, { state: "draining" })])).toEqual({
      kind: "tell",
      commands: ["set server gateway/next state ready"],
      words: "next takes requests again",
    });
  });

  test("sends the old one nothing new once the wanted one serves", () => {
    expect(step([live(old, { open: 7 }), live(next)])).toEqual({
      kind: "tell",
      commands: ["set server gateway/old state drain"],
      words: "old drained",
    });
  });

  test("waits for what is open with the old one, and forgets it then", () => {
    expect(step([live(old, { state: "draining", open: 20 }), live(next)])).toEqual({
      kind: "wait",
      words: "20 open with old",
    });
    expect(step([live(old, { state: "draining" }), live(next)])).toMatchObject({
      kind: "tell",
      words: "old forgotten",
    });
    expect(step([live(next)])).toEqual({ kind: "done", cut: 0 });
  });

  test("ends at its limit, and counts what is cut", () => {
    const servers = [live(old, { state: "draining", open: 3 }), live(next)];
    expect(step(servers, 299)).toMatchObject({ kind: "wait" });
    expect(step(servers, 300)).toEqual({ kind: "done", cut: 3 });
  });
});

test("killed after any command and begun again, it ends with the wanted gateways alone, some gateway serves all the while, and nothing open is forgotten (T-46)", () => {
  const state = fc.constantFrom("ready" as const, "draining" as const, "stopped" as const);
  const begun = fc.record({ old: state, there: fc.boolean(), next: state, open: fc.nat(3) });
  fc.assert(
    fc.property(begun, fc.array(fc.nat(2), { maxLength: 12 }), (from, kills) => {
      let servers: readonly LiveServer[] = [
        live(old, { state: from.old, open: from.open }),
        ...(from.there ? [live(next, { state: from.next })] : []),
      ];
      const served = from.old === "ready" || (from.there && from.next === "ready");
      for (let look = 0; look < 40; look += 1) {
        const found = step(servers);
        if (found.kind === "done") break;
        const commands = found.kind === "tell" ? found.commands : [];
        // A kill leaves the rest of the commands out.
        for (const command of commands.slice(0, kills[look] ?? commands.length)) {
          const before = servers;
          servers = obey(servers, command);
          if (command.startsWith("del"))
            expect(before.find(({ name }) => command.endsWith(`/${name}`))?.open).toBe(0);
          if (served) expect(servers.some((server) => server.state === "ready")).toBe(true);
        }
        // What is open ends by itself.
        servers = servers.map((server) => ({ ...server, open: Math.max(0, server.open - 1) }));
      }
      expect(servers).toEqual([live(next)]);
    }),
  );
});
