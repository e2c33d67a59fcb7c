import { describe, expect, test } from "vitest";
import type { CameBack } from "../../../components/upgrade/plan/came-back";
import type { ContainerFacts, HostImage } from "../../../components/docker/facts/host-facts";
import type { DockerFacts } from "../../../components/docker/gate-input";
import { demandsOf } from "../../../components/docker/gateway/demands";
import type { ReleaseOnDocker } from "../../../components/docker/gateway/product";
import { NO_DATA } from "../../../components/gateway/look-at-data";
import { smoltbotCompose } from "../../../components/smoltbot/docker/compose-form";
import { observed } from "../../../components/upgrade/observation";
import { host, mebibyte, ours, spec } from "../facts";

const part = (role: string, image: string, memoryMiB: number, release = "") =>
  spec({ role, name: `smoltbot-${role}${release}`, image, memoryMiB });

/** Two gateways of 512 MiB each, and all else. */
const release: ReleaseOnDocker = {
  version: "1.1.0",
  rules: { catalogue: [], requiredKeys: [], tagForms: {}, urlRules: [] },
  data: [part("postgres", "postgres:16-alpine", 1024), part("redis", "redis:7-alpine", 256)],
  migrate: part("migrate", "ghcr.io/mnemom/migrate:v1.1.0", 256, "-1-1-0"),
  gateways: ["-1-1-0-1", "-1-1-0-2"].map((one) =>
    part("gateway", "ghcr.io/mnemom/gateway:1.1.0", 512, one),
  ),
  others: [part("observer", "ghcr.io/mnemom/gateway:1.1.0", 256, "-1-1-0")],
  proxy: part("proxy", "haproxy:2.6", 128),
  servers: [],
  secrets: {},
  configHash: "",
};

const image = (tag: string, bytes?: number): HostImage => ({
  id: `sha256:${tag}`,
  tags: [tag],
  digests: [],
  platform: { os: "linux", architecture: "amd64" },
  bytes,
});
const BESIDE = [image("postgres:16-alpine"), image("redis:7-alpine"), image("haproxy:2.6")];

const demands = (
  containers: readonly ContainerFacts[],
  images: readonly HostImage[],
  bytes?: number,
  {
    cameBack,
    provesHere = true,
  }: { readonly cameBack?: CameBack; readonly provesHere?: boolean } = {},
) => {
  const database = bytes === undefined ? undefined : observed({ bytes });
  const facts = {
    ...{ now: 0, platforms: {}, pulls: {}, images: {}, ...NO_DATA },
    ...{ dataMajor: observed(undefined), own: observed(undefined), staging: undefined },
    host: host({ containers, images }),
    database,
  } as DockerFacts;
  const plan = { cameBack };
  return demandsOf({
    ...{ product: { compose: smoltbotCompose }, release, facts, plan, provesHere },
  });
};
const beside = [ours("postgres"), ours("redis"), ours("proxy")];

describe("what an upgrade asks of a Docker host", () => {
  test("is memory for every new gateway beside the old ones, which run on meanwhile (S-05)", () => {
    const old = ["-1-0-0-1", "-1-0-0-2"].map((name) =>
      ours("gateway", { name: `smoltbot-gateway${name}` }),
    );
    expect(demands([...beside, ...old], BESIDE).memory).toEqual([
      { chapter: "schema", what: "migrate", bytes: 256 * mebibyte },
      { chapter: "rollout", what: "gateway, gateway, observer", bytes: 1280 * mebibyte },
    ]);
  });

  test("is no disk for a copy where none is made: on a way back that leaves the database alone, or beside another server (law 8)", () => {
    const whats = (more: Parameters<typeof demands>[3]) =>
      demands(beside, BESIDE, 100 * mebibyte, more).disk.map(({ what }) => what);
    const copy = "the copy that proves the backup";
    expect(whats({})).toContain(copy);
    const cameBack = { from: "1.2.0", schemaHead: "", seenAt: "2026-01-02T03:04:05Z" };
    expect(whats({ cameBack })).not.toContain(copy);
    expect(whats({ provesHere: false })).not.toContain(copy);
  });

  test("is no memory for what is there already (S-05)", () => {
    const all = [release.migrate, ...release.gateways, ...release.others].map(({ role, name }) =>
      ours(role, { name }),
    );
    expect(demands([...beside, ...all], BESIDE).memory).toEqual([]);
  });

  test("is disk for each image that the host has not, as large as the release before, and for the copy of the database (S-05)", () => {
    const before = image("ghcr.io/mnemom/gateway:1.0.0", 300 * mebibyte);
    expect(demands(beside, [...BESIDE, before], 100 * mebibyte).disk).toEqual([
      { what: "2 images to pull or to build", bytes: (300 + 512) * mebibyte },
      { what: "the copy that proves the backup", bytes: 120 * mebibyte },
    ]);
    const there = ["ghcr.io/mnemom/gateway:1.1.0", "ghcr.io/mnemom/migrate:v1.1.0"];
    expect(demands(beside, [...BESIDE, ...there.map((tag) => image(tag))]).disk).toEqual([]);
  });
});
