import { expect, test } from "vitest";
import type { DockerDaemon } from "./docker/daemon";
import { dockerProvider } from "./docker/docker-provider";
import { volume } from "./docker/volume";

test("a provider whose daemon nobody has fails as it is configured, and one over SSH with its first resource", async () => {
  await expect(dockerProvider.configure?.({ host: "unix:///nowhere.sock" })).rejects.toThrow(
    "failed to connect to any docker daemon",
  );
  await dockerProvider.configure?.({ host: "ssh://nobody@127.0.0.1:1" });
});

test("a volume that was there is known by the labels that were asked for, until somebody looks at it", async () => {
  const found = { Name: "v", Driver: "local", Mountpoint: "/v", Options: null, Labels: { a: "b" } };
  const daemon = { must: () => Promise.resolve(found) } as unknown as DockerDaemon;
  const circumstances = { urn: "urn", signal: AbortSignal.timeout(1000) };
  const made = await volume.create(daemon, { name: "v" }, circumstances);
  expect(made.outputs["labels"]).toEqual([]);
  const seen = await volume.read(daemon, "v", made.outputs);
  expect(seen?.outputs["labels"]).toEqual([{ label: "a", value: "b" }]);
});
