import { describe, expect, test, vi } from "vitest";
import { prepareGateways, type TargetKind } from "../../components/upgrade/prepare-gateways";
import type { Prepared } from "../../components/upgrade/prepared";

type Gateway = { readonly config: { readonly name: string; readonly settings: object } };

const gateway = (name: string, settings: object): Gateway => ({ config: { name, settings } });
const target = (name: string) => ({
  name,
  prepare: vi.fn<TargetKind<Gateway>["prepare"]>((gateways) =>
    Promise.resolve(gateways.map(({ config }) => ({ name: config.name }) as Prepared)),
  ),
});

describe("gateways of two kinds of places", () => {
  test("are prepared kind by kind, each kind once and told of all of them, and come back in the order of the stack file", async () => {
    const [cluster, host] = [target("cluster"), target("host")];
    const all = [
      gateway("a", { cluster: {} }),
      gateway("b", { host: {} }),
      gateway("c", { cluster: {} }),
    ];
    const prepared = await prepareGateways(all, [cluster, host]);
    expect(prepared.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(cluster.prepare.mock.calls).toEqual([[[all[0], all[2]], all]]);
    expect(host.prepare.mock.calls).toEqual([[[all[1]], all]]);
  });

  test("leave a kind alone that none of them names", async () => {
    const [cluster, host] = [target("cluster"), target("host")];
    await prepareGateways([gateway("a", { cluster: {} })], [cluster, host]);
    expect(host.prepare).not.toHaveBeenCalled();
  });

  test.each([
    ["no place", {}],
    ["cluster and host", { cluster: {}, host: {} }],
  ])("are refused before any is looked at, when one names %s", async (found, settings) => {
    const [cluster, host] = [target("cluster"), target("host")];
    const all = [gateway("a", { cluster: {} }), gateway("b", settings)];
    await expect(prepareGateways(all, [cluster, host])).rejects.toThrow(
      `gateway b: found ${found} to run in; expected exactly one of cluster, host`,
    );
    expect(cluster.prepare).not.toHaveBeenCalled();
  });
});
