import { describe, expect, test } from "vitest";
import { shownPath, shownValue } from "../../components/bamf/shown-value";

const shown = (path: string, value: unknown) => shownValue(path.split("."), value);

describe("of a value is shown", () => {
  test.each([
    ["core.api.replicas", 4, "4"],
    ["core.web.standalone", true, "true"],
    ["gateway.hostname", "bamf.example.com", '"bamf.example.com"'],
    ["core.api.image.repository", "registry.example/bamf-api", '"registry.example/bamf-api"'],
    ["core.auth.local.enabled", null, "null"],
  ])("itself, where it is plain: %s", (path, value, text) => {
    expect(shown(path, value)).toBe(text);
  });

  test.each([
    "core.postgresql.external.password",
    "edge.proxy.internalToken",
    "edge.bridge.bootstrap.tokenSecret",
    "core.bootstrap.passwordKey",
    "core.redis.bundled.auth",
    "core.api.podAnnotations.note",
    "agent.config.labels.team",
  ])("nothing below a key that sounds like a secret or takes free text: %s", (path) => {
    expect(shown(path, "plain")).toBe("a value that is not shown");
  });

  test.each([
    ["two lines", "a\nb"],
    ["more than 60 characters", "a ".repeat(40)],
    ["a URL", "redis://db.example.com"],
    ["characters as a token has them", "abc0123456789defg"],
    ["something quoted", 'a"b'],
  ])("nothing of a text of %s", (_, text) => {
    expect(shown("core.api.config.x", text)).toBe("a text that is not shown");
  });

  test("the kind of a list and of a map", () => {
    expect(shown("core.api.extraEnv", [{ name: "A", value: "b" }])).toBe("a list of 1");
    expect(shown("core.api.nodeSelector", {})).toBe("a map");
  });

  test("a path with keys that hold dots quoted", () => {
    expect(shownPath(["labels", "example.com/a"])).toBe('labels."example.com/a"');
  });
});
