import { describe, expect, test } from "vitest";
import {
  identityOf,
  readIdentityRecord,
  withCluster,
  withIdentifier,
} from "../../../components/upgrade/evidence/identity";
import { observed, unavailable } from "../../../components/upgrade/observation";

const today = { gateway: "smoltbot", stack: "production", context: "new-name" };
const record = { stack: "prod", context: "old-name", cluster: "c-1" };

describe("by what a stack knows a gateway", () => {
  test("is what it was called at its first up, whatever stack and context are called today", () => {
    expect(identityOf(record, { ...today, kubeconfig: "elsewhere" }, undefined)).toEqual(record);
  });

  test("is what it is called today before there is a record, the kubeconfig with it", () => {
    expect(identityOf(undefined, { ...today, kubeconfig: "k" }, undefined)).toEqual({
      stack: "production",
      context: "new-name",
      kubeconfig: "k",
    });
    expect(identityOf(undefined, today, undefined)).not.toHaveProperty("kubeconfig");
  });

  test.each([
    ["smoltbot-prod-20260102t030405z-before-1.1.0.dump.zst", "prod"],
    ["smoltbot-eu-west-1-20260102t030405z-before-1.1.0.2.sql.gz", "eu-west-1"],
    ["another-prod-20260102t030405z-before-1.1.0.dump.zst", "production"],
    ["smoltbot-prod.dump", "production"],
  ])("has the stack of its last dump where it was renamed without a record: %s", (dump, stack) => {
    expect(identityOf(undefined, today, { dump }).stack).toBe(stack);
  });

  test("takes the cluster in which it is found once, and keeps the recorded one", () => {
    const fresh = identityOf(undefined, today, undefined);
    expect(withCluster(fresh, "c-2").cluster).toBe("c-2");
    expect(withCluster(fresh, undefined)).toEqual(fresh);
    expect(withCluster(record, "c-2")).toEqual(record);
  });

  test("keeps by what the engine knows its cluster, as the state has it", () => {
    expect(withIdentifier(record, "before").identifier).toBe("before");
    expect(withIdentifier({ ...record, identifier: "before" }, undefined).identifier).toBe(
      "before",
    );
  });

  test("is not on record where the output is another thing, is missing, or cannot be read", () => {
    const read = (value: unknown) => readIdentityRecord(observed({ it: value }), "it");
    expect(read(record)).toEqual(record);
    expect(read({ stack: "prod" })).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
    expect(readIdentityRecord(unavailable("the backend is away"), "it")).toBeUndefined();
  });
});
