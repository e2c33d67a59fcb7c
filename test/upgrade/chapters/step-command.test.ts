import { describe, expect, test } from "vitest";
import { leftOut } from "../../../components/upgrade/chapters/step-command";

describe("a step on which others stand", () => {
  test("that has run for what is wanted lets them come", () => {
    expect(leftOut("schema", ["migrate-1-1-0"], ["migrate-1-1-0"])).toBeUndefined();
  });

  test.each([[["migrate-1-0-0"]], [[]], [undefined]])(
    "that ran last for %j is left out by --target, which stops them and says how to go on",
    (last) => {
      expect(leftOut("schema", last, ["migrate-1-1-0"])).toBe(
        "this run leaves out the step schema, which is wanted for migrate-1-1-0; what comes after it is not touched. Run pulumi up without --target and --exclude; for a refresh, leave out --run-program.",
      );
    },
  );
});
