import fc from "fast-check";
import { expect, test } from "vitest";
import { marked, named } from "../../../components/docker/objects/container-spec";
import { loopbackAddress } from "../../../components/docker/objects/loopback-address";
import { isSamePlatform } from "../../../components/docker/objects/image-platform";
import { spec } from "../facts";

const one = spec({ secretKeys: ["SUPABASE_KEY"] });

test("the same spec has the same name, and any change of it another one, so that old and new run side by side", () => {
  const secrets = { SUPABASE_KEY: "a", ELSEWHERE: "b" };
  const { name } = named(one, secrets);
  expect(name).toMatch(/^smoltbot-gateway-[0-9a-f]{6}$/);
  expect(named({ ...one }, { ...secrets }).name).toBe(name);
  expect(named({ ...one, memoryMiB: 513 }, secrets).name).not.toBe(name);
  expect(named(one, { ...secrets, SUPABASE_KEY: "c" }).name).not.toBe(name);
  expect(named(one, { ...secrets, ELSEWHERE: "c" }).name).toBe(name);
});

test("what must not run twice keeps its name, and a change of it shows in its label alone", () => {
  const [before, after] = [marked(one), marked({ ...one, memoryMiB: 513 })];
  expect([before.name, after.name]).toEqual(["smoltbot-gateway", "smoltbot-gateway"]);
  expect(before.labels).not.toEqual(after.labels);
});

test("no value of a secret is part of the spec", () => {
  expect(JSON.stringify(named(one, { SUPABASE_KEY: "hush-hush" }))).not.toContain("hush-hush");
});

test("the address of a container on the host follows from its name and is a plain loopback address", () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const address = loopbackAddress(name);
      expect(loopbackAddress(name)).toBe(address);
      const [first, ...parts] = address.split(".").map(Number);
      expect(first).toBe(127);
      expect(parts).toHaveLength(3);
      for (const part of parts) expect(part >= 1 && part <= 254).toBe(true);
    }),
  );
  expect(loopbackAddress("a")).not.toBe(loopbackAddress("b"));
});

test.each([
  ["x86_64", "amd64", true],
  ["aarch64", "arm64", true],
  ["arm64", "amd64", false],
])("the platforms %s and %s are one: %s", (one, other, same) => {
  expect(
    isSamePlatform({ os: "linux", architecture: one }, { os: "linux", architecture: other }),
  ).toBe(same);
});
