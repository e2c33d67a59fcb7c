import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { describe, expect, test } from "vitest";

import { InitFailed, toServiceError } from "./protocol/failures";
import * as values from "./protocol/values";

const { fromStruct, hasSecret, hasUnknown, plain, plainText, secret, toStruct, UNKNOWN } = values;

describe("values of the protocol", () => {
  const map = {
    text: "a",
    number: 1.5,
    flag: false,
    none: null,
    list: [1, "b", { c: null }],
    hidden: { deep: secret({ key: "value" }) },
    later: [UNKNOWN],
  };

  test("go through a message unchanged, marks and all", () => {
    expect(fromStruct(toStruct(map))).toEqual(map);
  });

  test("that are undefined are left out of a message, at any depth", () => {
    const written = toStruct({ a: undefined, b: { c: undefined as unknown as string, d: "e" } });
    expect(fromStruct(written)).toEqual({ b: { d: "e" } });
  });

  test("of no message are empty", () => {
    expect(fromStruct(undefined)).toEqual({});
  });

  test("are secret or unknown when something in them is", () => {
    expect([hasSecret(map), hasSecret(map.list), hasUnknown(map)]).toEqual([true, false, true]);
    expect(hasUnknown(secret([UNKNOWN]))).toBe(true);
  });

  test("lose their secret marks for the thing behind the plugin", () => {
    expect(plain(map.hidden)).toEqual({ deep: { key: "value" } });
    expect(plain(secret([secret("a")]))).toEqual(["a"]);
    expect([plainText(secret("a")), plainText(1), plainText(undefined)]).toEqual(["a", "", ""]);
  });

  test("are marked as secret once", () => {
    expect(secret(secret("a"))).toEqual(secret("a"));
  });
});

describe("failures of the protocol", () => {
  test("of a resource that did not come up carry what is there and why", () => {
    const reasons = ["no pod is ready", "2 restarts"];
    const outputs = { data: secret("x") };
    const error = toServiceError(new InitFailed({ id: "a/b", outputs, inputs: {}, reasons }));
    const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
    const [detail] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
    expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
    const failed = ErrorResourceInitFailed.deserializeBinary(detail!.getValue_asU8());
    expect(failed.getId()).toBe("a/b");
    expect(failed.getReasonsList()).toEqual(reasons);
    expect(fromStruct(failed.getProperties())).toEqual(outputs);
    expect(error.details).toBe("no pod is ready\n2 restarts");
  });

  test("of any other kind are their words", () => {
    expect(toServiceError(new Error("broken"))).toMatchObject({ code: 2, details: "broken" });
    expect(toServiceError("odd").details).toBe("odd");
  });
});
