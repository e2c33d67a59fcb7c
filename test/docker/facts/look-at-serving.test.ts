import { Readable, type Writable } from "node:stream";
import type Docker from "dockerode";
import { expect, test } from "vitest";
import { lookAtServing } from "../../../components/docker/facts/look-at-serving";
import { container } from "../facts";

/** What each front proxy sends to, by its name; one that is left out does not answer. */
const daemon = (servers: Readonly<Record<string, readonly string[]>>) =>
  ({
    getContainer: (name: string) => ({
      exec: () =>
        Promise.resolve({
          start: () =>
            Promise.resolve(
              Readable.from([
                ["# svname,status,scur,qcur,addr", ...(servers[name] ?? [])]
                  .map((one, line) => (line === 0 ? one : `${one},UP,0,0,a:1`))
                  .join("\n"),
              ]),
            ),
          inspect: () => Promise.resolve({ ExitCode: servers[name] === undefined ? 142 : 0 }),
        }),
    }),
    modem: {
      demuxStream: (from: Readable, out: Writable) => {
        from.on("data", (part) => out.write(part));
      },
    },
  }) as unknown as Docker;

const one = (
  gateway: string,
  role: string,
  name: string,
  state: "running" | "exited" = "running",
) =>
  container({
    name,
    state,
    labels: { "gateways.instance": gateway, "gateways.role": role },
  });
const eu = [
  one("eu", "proxy", "eu-proxy"),
  one("eu", "gateway", "eu-1"),
  one("eu", "gateway", "eu-2"),
];
const us = [one("us", "proxy", "us-proxy"), one("us", "gateway", "us-1")];

test("what takes requests is told by the front proxies, and by nobody if none runs", async () => {
  const told = daemon({ "eu-proxy": ["eu-1"], "us-proxy": ["us-1"] });
  expect(await lookAtServing(told, [...eu, ...us])).toEqual(["eu-1", "us-1"]);
  expect(await lookAtServing(told, eu.slice(1))).toBeUndefined();
});

test("a front proxy of another gateway that does not answer, such as one that leaves, hides nothing of this one (S-33, T-46)", async () => {
  const told = await lookAtServing(daemon({ "eu-proxy": ["eu-2"] }), [...eu, ...us]);
  expect(told).toContain("eu-2");
  expect(told).not.toContain("eu-1");
});

test("of a gateway whose front proxy does not answer or does not run, each container that runs is taken to serve: none is removed under its requests (S-33)", async () => {
  const stopped = one("eu", "gateway", "eu-3", "exited");
  const all = [...eu, stopped, ...us];
  expect(await lookAtServing(daemon({ "us-proxy": ["us-1"] }), all)).toEqual([
    "us-1",
    "eu-1",
    "eu-2",
  ]);
  const without = all.map((each) =>
    each.name === "eu-proxy" ? { ...each, state: "exited" as const } : each,
  );
  expect(await lookAtServing(daemon({ "us-proxy": ["us-1"] }), without)).toEqual([
    "us-1",
    "eu-1",
    "eu-2",
  ]);
});
