import { expect, test } from "vitest";
import type { HostFacts } from "../../../components/docker/facts/host-facts";
import { drainLimit } from "../../../components/docker/gates/drain-limit";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host, ours } from "../facts";

const at = "gateways:smoltbot.docker.drainSeconds";
const wanted = [{ name: "smoltbot-gateway-1-1-0" }];
const old = ours("gateway", { name: "smoltbot-gateway-1-0-0" });
const ask = (seen: ReturnType<typeof host>) =>
  drainLimit({ host: seen, gateway: "smoltbot", wanted, drainSeconds: 300, at });
const say = (change: Partial<HostFacts>) => spoken(ask(host(change)));

test("the limit up to which what is open with an old gateway may end by itself is told before (T-45, T-46)", () => {
  const seen = { containers: [old], serving: [old.name] };
  expect(say(seen)).toEqual([
    `warn ${at}: smoltbot-gateway-1-0-0, from which requests are handed over: what is open there has 300 s to end by itself, and is cut and counted then`,
  ]);
  expect(ask(host(seen))[0]?.fix).toMatch(/raise docker\.drainSeconds/);
});

test("nothing is told if the gateway stays, takes no requests, or is another one's", () => {
  const passes = [`pass ${at}: no gateway that takes requests is replaced`];
  const same = ours("gateway", { name: "smoltbot-gateway-1-1-0" });
  expect(say({ containers: [same], serving: [same.name] })).toEqual(passes);
  expect(say({ containers: [old], serving: [] })).toEqual(passes);
  expect(say({ containers: [old] })).toEqual(passes);
  const labels = { "gateways.instance": "other", "gateways.role": "gateway" };
  expect(say({ containers: [{ ...old, labels }], serving: [old.name] })).toEqual(passes);
});

test("without a daemon it is unknown", () => {
  expect(spoken(ask(unavailable("refused")))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
