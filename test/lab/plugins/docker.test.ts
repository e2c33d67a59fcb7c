import { describe, expect, test } from "vitest";
import { checkInputs, DEFAULTS } from "./docker/check";
import { compare } from "./docker/compare";
import { containerFields } from "./docker/container-fields";
import { createRequest, nanoseconds } from "./docker/container-request";
import {
  containerState,
  decimal,
  goDuration,
  type InspectedContainer,
} from "./docker/container-state";
import { withoutHeads } from "./docker/log-frames";
import { UNKNOWN, type PropertyMap } from "./protocol/values";

const check = (news: PropertyMap, olds: PropertyMap = {}) =>
  checkInputs({ news, olds, name: "one" }, containerFields, true);

const containers = { deleteFirst: true, autonamed: true };
const diff = (olds: PropertyMap, news: PropertyMap) =>
  compare(olds, { name: "n", image: "i", ...news }, containerFields, containers);
const live = (more: PropertyMap = {}): PropertyMap => ({ name: "n", image: "i", ...more });

describe("inputs of a container", () => {
  test("without a name get one, keep it in the next run, and say which of them nobody gave", () => {
    const { inputs } = check({ image: "i" });
    expect(inputs["name"]).toMatch(/^one-[0-9a-f]{7}$/);
    expect(inputs[DEFAULTS]).toContain("name");
    expect(inputs).toMatchObject({ restart: "no", networkMode: "bridge", mustRun: true });
    expect(check({ image: "i" }, inputs).inputs["name"]).toBe(inputs["name"]);
  });

  test("that lack something, or are of another kind, are named", () => {
    const { failures } = check({ name: "n", memory: "1", restart: "sometimes", ports: [{}] });
    expect(failures?.map(({ property }) => property).sort()).toEqual([
      "image",
      "memory",
      "ports",
      "restart",
    ]);
  });

  test("that only the official plugin has are refused", () => {
    expect(() => check({ image: "i", mounts: [] })).toThrow("does not support the property mounts");
    expect(() => check({ image: "i", volumes: [{ selinuxRelabel: "z" }] })).toThrow(
      "volumes.selinuxRelabel",
    );
  });
});

describe("a comparison of what is live with new inputs", () => {
  test.each<readonly [string, PropertyMap, PropertyMap]>([
    ["a default that is absent now", { restart: "no", readOnly: false }, {}],
    ["nothing of its kind", { memory: 0, cpuSet: "", dns: [], tmpfs: {} }, {}],
    ["what Docker chose", { command: ["a"], hostname: "h", runtime: "runc" }, {}],
    ["the user of the image", { user: "65534:65534" }, {}],
    ["variables in another order", { envs: ["A=1", "B=2"] }, { envs: ["B=2", "A=1"] }],
    [
      "a port whose outside Docker chose",
      { ports: [{ internal: 80, external: 32_768, ip: "0.0.0.0", protocol: "tcp" }] },
      { ports: [{ internal: 80 }] },
    ],
  ])("takes %s for no change", (_, olds, news) => {
    expect(diff(live(olds), news)).toMatchObject({ changes: false, replaces: [] });
  });

  test.each<readonly [string, PropertyMap, PropertyMap, Readonly<Record<string, string>>]>([
    ["another image", {}, { image: "j" }, { image: "update-replace" }],
    ["a variable more", { envs: ["A=1"] }, { envs: ["A=1", "B=2"] }, { "envs[1]": "add-replace" }],
    ["all variables", {}, { envs: ["A=1"] }, { envs: "add-replace" }],
    [
      "a host that is left out",
      { hosts: [{ host: "a", ip: "127.0.0.1" }] },
      {},
      { hosts: "delete-replace" },
    ],
    [
      "a label more",
      { labels: [{ label: "a", value: "b" }] },
      {
        labels: [
          { label: "a", value: "b" },
          { label: "c", value: "d" },
        ],
      },
      { "labels[1]": "add-replace" },
    ],
    [
      "a file whose permissions nobody gives",
      { uploads: [{ file: "/f", content: "one" }] },
      { uploads: [{ file: "/f", content: "two" }] },
      { uploads: "update-replace" },
    ],
    [
      "another word",
      { command: ["a", "b"] },
      { command: ["a", "c"] },
      { "command[1]": "update-replace" },
    ],
    ["more memory", { memory: 64 }, { memory: 96 }, { memory: "update" }],
    [
      "swap that Docker gave with the memory",
      { memory: 64, memorySwap: 128 },
      { memory: 64 },
      { memorySwap: "delete" },
    ],
    ["CPUs without a point", { cpus: "1.0" }, { cpus: "1" }, { cpus: "update-replace" }],
    [
      "a stopped container that is to run",
      { mustRun: false },
      { mustRun: true },
      { mustRun: "update" },
    ],
    ["an unknown image", {}, { image: UNKNOWN }, { image: "update-replace" }],
    [
      "a log option",
      { logOpts: { "max-file": "2" } },
      { logOpts: { "max-file": "3" } },
      { 'logOpts["max-file"]': "update-replace" },
    ],
    [
      "another interval of a health check",
      { healthcheck: { tests: ["CMD", "a"], interval: "5s", retries: 0 } },
      { healthcheck: { tests: ["CMD", "a"], interval: "7s" } },
      { "healthcheck.interval": "update" },
    ],
  ])("tells %s by its path", (_, olds, news, wanted) => {
    const { detailedDiff, deleteBeforeReplace } = diff(live(olds), news);
    const kinds = Object.entries(detailedDiff ?? {}).map(([path, { kind }]) => [path, kind]);
    expect(Object.fromEntries(kinds)).toEqual(wanted);
    expect(deleteBeforeReplace).toBe(
      Object.values(wanted).some((kind) => kind.endsWith("-replace")),
    );
  });

  test("a resource with a given name is deleted before it is replaced, one with a made name is not", () => {
    const fields = {
      name: { form: "text", replaces: true },
      driver: { form: "text", replaces: true },
    } as const;
    const named = { deleteFirst: false, autonamed: true };
    const change = (news: PropertyMap) =>
      compare({ name: "n", driver: "a" }, news, fields, named).deleteBeforeReplace;
    expect(change({ name: "n", driver: "b", [DEFAULTS]: [] })).toBe(true);
    expect(change({ name: "n", driver: "b", [DEFAULTS]: ["name"] })).toBe(false);
  });
});

describe("durations and numbers", () => {
  test.each([
    ["0s", 0],
    ["500ms", 5e8],
    ["5s", 5e9],
    ["1m0s", 60e9],
    ["1m30s", 90e9],
    ["1h0m0s", 3600e9],
  ])("%s is what Go prints for so many nanoseconds", (text, nano) => {
    expect(goDuration(nano)).toBe(text);
    expect(nanoseconds(text)).toBe(nano);
  });

  test.each([
    [1e9, "1.0"],
    [5e8, "0.5"],
    [1.25e9, "1.25"],
  ])("%d billionths of CPUs are %s", (nano, text) => {
    expect(decimal(nano)).toBe(text);
  });
});

test("a request names what is asked for and leaves the rest to Docker", () => {
  const { inputs } = check({
    name: "n",
    image: "i",
    cpus: "0.5",
    memory: 64,
    ports: [{ internal: 8787, external: 18_787, ip: "127.1.2.3" }],
    volumes: [{ volumeName: "v", containerPath: "/d", readOnly: true }],
    labels: [{ label: "a", value: "b" }],
    capabilities: { drops: ["ALL"] },
  });
  expect(JSON.parse(JSON.stringify(createRequest(inputs)))).toMatchObject({
    Image: "i",
    Labels: { a: "b" },
    ExposedPorts: { "8787/tcp": {} },
    HostConfig: {
      Binds: ["v:/d:ro"],
      CapDrop: ["ALL"],
      Init: false,
      Memory: 64 * 1024 * 1024,
      NanoCpus: 5e8,
      NetworkMode: "bridge",
      PortBindings: { "8787/tcp": [{ HostIp: "127.1.2.3", HostPort: "18787" }] },
    },
  });
  expect(JSON.stringify(createRequest(inputs))).not.toContain('"Cmd"');
});

test("a container that ended although it is to run is known as one that need not run, with its exit code", () => {
  const found = {
    Id: "id",
    Name: "/n",
    Image: "sha256:1",
    State: { Running: false, ExitCode: 3 },
    Config: { Image: "i" },
    HostConfig: {
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      LogConfig: { Type: "json-file", Config: {} },
    },
    NetworkSettings: { Ports: null, Networks: {} },
  } as unknown as InspectedContainer;
  const known = { image: "i", mustRun: true, ports: [{ internal: 1 }] };
  expect(containerState(found, known)).toMatchObject({ mustRun: false, exitCode: 3, ports: [] });
  expect(containerState(found, { ...known, mustRun: false })).toMatchObject({
    exitCode: 3,
    ports: [{ internal: 1 }],
  });
});

test("a log is read without the heads of its pieces", () => {
  const piece = (text: string): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const long = "ü".repeat(200);
  expect(withoutHeads(Buffer.concat([piece("one\n"), piece(long)]))).toBe(`one\n${long}`);
});
