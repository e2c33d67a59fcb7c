import { describe, expect, test } from "vitest";
import { parseManifests } from "../../../components/kubernetes/helm/manifests";

const configMap = (body: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n${body}`;

describe("rendered manifests", () => {
  test("come in their order, without empty documents", () => {
    const text = `---\n# nothing\n---\n${configMap("")}---\n${configMap("").replace("settings", "more")}`;
    expect(parseManifests(text).map(({ metadata }) => metadata.name)).toEqual(["settings", "more"]);
  });

  test("are read as Kubernetes reads them: octal modes and yes are YAML 1.1, dates stay text", () => {
    const [object] = parseManifests(configMap("mode: 0420\nflag: yes\nday: 2026-01-02\n"));
    expect(object).toMatchObject({ mode: 272, flag: true, day: "2026-01-02" });
  });

  test("that are none at all give no objects", () => {
    expect(parseManifests("")).toEqual([]);
  });

  test.each([
    ["broken YAML", "a: [", /not valid YAML/],
    ["a thing without a kind", "a: 1", /no Kubernetes object/],
  ])("with %s are refused in words", (_case, text, words) => {
    expect(() => parseManifests(text)).toThrow(words);
  });
});
