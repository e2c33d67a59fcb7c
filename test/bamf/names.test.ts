import { expect, test } from "vitest";
import { bamfNames } from "../../components/bamf/names";

test.each([
  ["bamf", {}, "bamf"],
  ["access", {}, "access-bamf"],
  ["my-bamf", {}, "my-bamf"],
  ["access", { nameOverride: "acc" }, "access"],
  ["access", { fullnameOverride: "front" }, "front"],
])(
  "release %s with values %j has objects named %s, as the chart makes them",
  (name, values, of) => {
    expect(bamfNames(name, values)).toEqual({
      fullname: of,
      gateway: `${of}-api`,
      bridge: `${of}-bridge`,
      proxy: `${of}-proxy`,
      web: `${of}-web`,
      agent: `${of}-agent`,
    });
  },
);
