import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { echo } from "./echo";
import { memory } from "./memory";
import { evidence, record, type Registration } from "./recorder";

vi.mock(import("../../components/products"), async (original) => ({
  products: [...(await original()).products, echo] as never,
}));
vi.mock(import("../../components/targets"), async (original) => ({
  targets: [...(await original()).targets, memory],
}));

describe("a program with a second product and a second target beside its own", () => {
  let seen: readonly Registration[];

  beforeAll(async () => {
    // Files share what they have loaded: this one needs the program with other lists.
    vi.resetModules();
    const { default: program } = await import("../../index");
    pulumi.runtime.setAllConfig({
      "gateways:echo": JSON.stringify({ version: "1.1.0" }),
      "gateways:echoSecrets": "{}",
      "gateways:instances": JSON.stringify({
        one: { product: "echo", memory: { room: "a" } },
        two: { echo: { memory: { room: "b" } } },
      }),
    });
    seen = await record(() => program(), { stdout: evidence });
  });
  afterAll(() => {
    pulumi.runtime.setAllConfig({});
    vi.resetModules();
  });

  test("takes two gateways of the one in the other from their stack file through all chapters", () => {
    expect(seen.filter(({ type }) => type.startsWith("gateways:upgrade:"))).toHaveLength(16);
    const work = seen.filter(({ type }) => type.startsWith("command:")).map(({ name }) => name);
    expect(work.sort()).toEqual([
      "one-all",
      "one-rollout",
      "one-verification",
      "two-all",
      "two-rollout",
      "two-verification",
    ]);
  });
});
