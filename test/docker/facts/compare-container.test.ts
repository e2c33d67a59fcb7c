import { expect, test } from "vitest";
import { compareContainer } from "../../../components/docker/facts/compare-container";
import { ours, spec } from "../facts";

const live = ours("gateway", { networks: { smoltbot_default: [] } });

test("a container as it was made has nothing to tell", () => {
  expect(compareContainer(spec(), live)).toEqual([]);
});

test("what runs once is as it was made if it has ended well, and not if it has ended badly", () => {
  const once = spec({ restart: "no" });
  const ended = { ...live, restart: "no", state: "exited" as const };
  expect(compareContainer(once, ended)).toEqual([]);
  // A way back migrates nothing.
  expect(compareContainer(once, { ...ended, state: "created" })).toEqual([]);
  expect(compareContainer(once, { ...ended, exitCode: 1 })).toEqual([
    { what: "", found: "ended with exit code 1", expected: "one that has ended with exit code 0" },
  ]);
});

test("ports, volumes and the time to stop are compared whatever their order", () => {
  const wanted = spec({
    stopSeconds: 30,
    ports: [
      { address: "127.0.0.1", hostPort: 1, port: 1 },
      { address: "127.0.0.1", hostPort: 2, port: 2 },
    ],
    volumes: [{ volume: "data", path: "/data" }],
  });
  const found = {
    ...live,
    stopSeconds: undefined,
    ports: [...wanted.ports].reverse(),
    mounts: [],
  };
  expect(compareContainer(wanted, found)).toEqual([
    { what: "stop timeout", found: "10 s", expected: "30 s" },
    { what: "volumes", found: "none", expected: "data at /data" },
  ]);
});
