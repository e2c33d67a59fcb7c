import { expect, test } from "vitest";
import { dockerPlace, networkOf, volumesOf } from "../../components/docker/settings";

const read = (given: unknown) => dockerPlace("smoltbot").safeParse(given);
const faults = (given: unknown) =>
  read(given).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

test("nothing but the product gives a place on this machine, with the names that Compose gives", () => {
  const place = dockerPlace("smoltbot").parse({});
  expect(place).toMatchObject({
    host: "unix:///var/run/docker.sock",
    project: "smoltbot",
    publish: { address: "0.0.0.0", port: 8787 },
  });
  expect(networkOf(place)).toBe("smoltbot_default");
  expect(volumesOf(place)).toEqual({
    database: "smoltbot_pgdata",
    cache: "smoltbot_redisdata",
    proxy: "smoltbot_proxy",
  });
});

test("a gateway is never killed before it has had the time for its open requests (T-45)", () => {
  expect(dockerPlace("smoltbot").parse({}).stopSeconds).toBe(20);
  expect(faults({ stopSeconds: 10 })).toEqual([
    "stopSeconds: seconds: a whole number of at least 20",
  ]);
});

test("a host over SSH needs its public key in the stack file", () => {
  expect(faults({ host: "ssh://root@edge-1" })).toEqual([
    "hostKey: the public key of the host, since its host begins with ssh://",
  ]);
  expect(faults({ host: "ssh://root@edge-1", stopSeconds: 0 })).toHaveLength(2);
  expect(read({ host: "ssh://root@edge-1", hostKey: "ssh-ed25519 AAAA" }).success).toBe(true);
});

test.each([["0.0.0.0"], ["::"], ["127.0.0.1"], ["10.255.249.9"]])(
  "a front proxy may listen at %s, where its steps ask it (T-46)",
  (address) => {
    expect(read({ publish: { address } }).success).toBe(true);
  },
);

test.each([["::1"], ["fd00::1"], ["10.0.0"], ["256.0.0.1"], ["10.0.0.1."], ["localhost"]])(
  "a front proxy is not made at %s, where nobody could ask it (T-46)",
  (address) => {
    expect(faults({ publish: { address } })).toEqual([
      "publish.address: an IPv4 address of the host, or :: for all of its addresses",
    ]);
  },
);

test.each([
  [{ host: "tcp://10.0.0.5:2375" }],
  [{ host: "edge-1" }],
  [{ volumes: { database: "../data" } }],
  [{ publish: { port: 70_000 } }],
  [{ innerPort: 8787 }],
  [{ log: { files: 1 } }],
  [{ build: { ref: "v1.1.0" } }],
  [{ build: { source: "../smoltbot", ref: "--upload-pack=x" } }],
  [{ build: { source: "../smoltbot", ref: "main@{1}" } }],
  [{ build: { source: "../smoltbot", ref: "v1..v2" } }],
  [{ colour: "red" }],
])("%j is refused", (given) => {
  expect(read(given).success).toBe(false);
});
