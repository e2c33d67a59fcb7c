import { describe, expect, test } from "vitest";
import {
  kubernetesProviders,
  type Placed,
} from "../../../components/kubernetes/resources/provider";
import { record } from "../../story/recorder";

const placed = (context: string, changes: Partial<Placed> = {}): Placed => ({
  kubernetes: { context },
  identity: { context },
  predates: false,
  ...changes,
});

const providersOf = async (gateways: readonly Placed[]) =>
  (await record(() => kubernetesProviders(gateways))).map(({ name, inputs, ignored }) => ({
    name,
    context: inputs["context"],
    identifier: inputs["clusterIdentifier"],
    ...(ignored.length === 0 ? {} : { ignored }),
  }));

describe("the provider of a cluster", () => {
  test("is one for all gateways that are in it", async () => {
    expect(await providersOf([placed("eu"), placed("eu")])).toEqual([
      { name: "cluster", context: "eu", identifier: "eu" },
    ]);
  });

  test("goes on to be known by the context of the install, when it is reached by another one", async () => {
    const renamed = placed("new", { identity: { context: "eu" } });
    expect(await providersOf([renamed])).toEqual([
      { name: "cluster", context: "new", identifier: "eu" },
    ]);
    expect(await providersOf([renamed, placed("us")])).toEqual([
      { name: "cluster-eu", context: "new", identifier: "eu" },
      { name: "cluster-us", context: "us", identifier: "us" },
    ]);
  });

  test("goes on to be known as the state has it, where that is another word than the context of the install", async () => {
    const older = placed("new", { identity: { context: "new", identifier: "older" } });
    expect(await providersOf([older, placed("us")])).toEqual([
      { name: "cluster-older", context: "new", identifier: "older" },
      { name: "cluster-us", context: "us", identifier: "us" },
    ]);
  });

  test("leaves the name that an earlier program gave it to the state, since nothing else has it", async () => {
    expect(await providersOf([placed("new", { predates: true }), placed("new")])).toEqual([
      {
        name: "cluster",
        context: "new",
        identifier: "new",
        ignored: ["clusterIdentifier"],
      },
    ]);
  });
});
