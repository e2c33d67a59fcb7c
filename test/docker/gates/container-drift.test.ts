import { expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { containerDrift } from "../../../components/docker/gates/container-drift";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host, mebibyte, ours, spec } from "../facts";

const at = "Docker at ssh://root@edge-1";
const wanted = [spec({ environment: { LOG_LEVEL: "info" }, secretKeys: ["SUPABASE_KEY"] })];
const well: Partial<ContainerFacts> = {
  networks: { smoltbot_default: [] },
  environmentKeys: ["LOG_LEVEL", "PATH", "SUPABASE_KEY"],
};
const say = (
  containers: readonly ContainerFacts[],
  unchanged = true,
  kept: readonly string[] = [],
) =>
  spoken(
    containerDrift({
      ...{ host: host({ containers }), gateway: "smoltbot", at },
      ...{ wanted, unchanged, kept },
    }),
  );

test("a container that is as it was made passes", () => {
  expect(say([ours("gateway", well)])).toEqual([
    `pass ${at}: 1 container, none of ours changed by somebody else`,
  ]);
});

test("what somebody has changed is told, one thing each, and variables by their names alone", () => {
  const changed = ours("gateway", {
    ...well,
    image: "busybox:2",
    memory: 256 * mebibyte,
    restart: "no",
    environmentKeys: ["PATH"],
    networks: { bridge: [] },
  });
  expect(say([changed])).toEqual([
    "warn container smoltbot-gateway image: busybox:2",
    "warn container smoltbot-gateway restart policy: no",
    "warn container smoltbot-gateway memory: 256 MiB",
    "warn container smoltbot-gateway network: bridge",
    "warn container smoltbot-gateway environment: no LOG_LEVEL, SUPABASE_KEY",
  ]);
});

test("a container that was stopped by hand is told", () => {
  expect(
    say([ours("gateway", { ...well, state: "exited", exitCode: 137, outOfMemory: true })]),
  ).toEqual(["warn container smoltbot-gateway: ended with exit code 137, out of memory"]);
});

test("a container that is gone is told only if the very same ones were verified", () => {
  expect(say([])).toEqual(["warn container smoltbot-gateway: no such container any more"]);
  expect(say([], false)).toEqual([
    `pass ${at}: 0 containers, none of ours changed by somebody else`,
  ]);
});

test("a database that is gone is told also beside a new version: no release makes it anew (S-14)", () => {
  expect(say([], false, ["smoltbot-gateway"])).toEqual([
    "warn container smoltbot-gateway: no such container any more",
  ]);
  expect(say([], false, ["smoltbot-redis"])[0]).toMatch(/^pass/);
});

test("a container of another release that nothing removes is told, once the wanted ones were verified (S-14)", () => {
  const left = ours("gateway", { ...well, name: "smoltbot-gateway-1-1-0" });
  const foreign = ours("gateway", {
    name: "other-gateway",
    labels: { "gateways.instance": "other" },
  });
  const all = [ours("gateway", well), left, foreign];
  expect(say(all)).toEqual([
    "warn container smoltbot-gateway-1-1-0: a container of this gateway that the stack file does not ask for",
  ]);
  expect(say(all, false)[0]).toMatch(/^pass/);
});

test("without a daemon it is unknown", () => {
  expect(
    spoken(
      containerDrift({
        host: unavailable("refused"),
        gateway: "smoltbot",
        wanted,
        unchanged: true,
        kept: [],
        at,
      }),
    ),
  ).toEqual([`unknown ${at}: no look at the Docker daemon: refused`]);
});

test("a container whose settings the stack file has changed since is not called changed by somebody", () => {
  const { labels, ...one } = ours("gateway", { ...well, memory: 256 * mebibyte });
  const before = { ...one, labels: { ...labels, "gateways.spec": "of before" } };
  expect(say([before])).toEqual([`pass ${at}: 1 container, none of ours changed by somebody else`]);
});
