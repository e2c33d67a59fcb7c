import { describe, expect, test } from "vitest";
import {
  countRestarts,
  initImages,
  isRenamed,
  judgeImages,
} from "../../../components/steps/verification/judge-instances";
import { instanceWord, renamedFix } from "../../../components/steps/open-platform";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { instance as pod, pod as livePod } from "../rollout-worlds";
import { instanceOf } from "../../../components/kubernetes/platform/instances";

/** What the judge is told of a cluster beside the images. */
const inCluster = {
  mirrors: {},
  word: "pod",
  renamedFix: "a mirror that renames images is named in kubernetes.imageMirrors",
};

describe("images", () => {
  const workload = {
    name: "gateway",
    container: "gateway",
    image: "ghcr.io/mnemom/gateway:1.1.0",
    http: true,
    mayBeUnready: false,
  };
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const running = (name: string, letter: string) =>
    pod(name, { imageID: `ghcr.io/mnemom/gateway@${digest(letter)}` });

  test("that are wanted and the same in all pods give their digest (S-17, S-30)", () => {
    const found = judgeImages(workload, [running("a", "a"), running("b", "a")], inCluster);
    expect(found).toEqual({ digest: digest("a"), manifest: digest("a"), faults: [] });
  });

  test("of one name and two contents are found out (T-11)", () => {
    const { faults } = judgeImages(workload, [running("a", "a"), running("b", "b")], inCluster);
    expect(faults.map(({ text }) => text)).toEqual([
      `pods of gateway run different images of the same name: ${digest("a")}, ${digest("b")}`,
    ]);
  });

  test("that are not the wanted ones are named", () => {
    const wanted = { ...workload, image: "ghcr.io/mnemom/gateway:1.2.0" };
    expect(judgeImages(wanted, [running("a", "a")], inCluster).faults).toHaveLength(1);
  });

  test("that nobody has pulled have no digest that another stack could know", () => {
    const found = judgeImages(workload, [pod("a", { imageID: digest("a") })], inCluster);
    expect(found).toEqual({ digest: digest("a"), manifest: "", faults: [] });
  });

  test("are those of the container that carries the release, whatever runs beside it", () => {
    const [container] = running("a", "a").containers;
    const beside = { ...container!, name: "mesh", image: "mesh:9", imageId: digest("c") };
    const both = { ...running("a", "a"), containers: [beside, container!] };
    expect(judgeImages(workload, [both], inCluster)).toMatchObject({
      digest: digest("a"),
      faults: [],
    });
    const alone = { ...both, containers: [beside] };
    expect(isRenamed(workload, [alone], {})).toBe(true);
    expect(judgeImages(workload, [alone], inCluster).faults.map(({ text }) => text)).toEqual([
      "pod a runs no such container, expected ghcr.io/mnemom/gateway:1.1.0",
      "pod a does not report the digest of its image",
    ]);
  });

  test("of which one pod was not pulled have no digest that another stack could know", () => {
    const local = pod("b", { imageID: digest("a") });
    const found = judgeImages(workload, [running("a", "a"), local], inCluster);
    expect(found).toEqual({ digest: digest("a"), manifest: "", faults: [] });
  });

  describe("of another name", () => {
    const wanted = { ...workload, image: "ghcr.io/mnemom/gateway:1.2.0" };
    const told = (...letters: readonly string[]) => ({
      mirrors: {},
      wanted: observed({ exists: true, digests: letters.map(digest) }),
    });
    const words = (names: Partial<Parameters<typeof judgeImages>[2]> = {}, of = wanted) =>
      judgeImages(of, [running("a", "a")], { ...inCluster, ...names }).faults.map(
        ({ text }) => text,
      );
    const runs = `pod a runs ghcr.io/mnemom/gateway:1.1.0, expected ${wanted.image}`;
    const fix = inCluster.renamedFix;

    test("are the wanted ones where the registry tells their digest, or the stack file has it", () => {
      expect(words(told("b", "a"))).toEqual([]);
      const pinned = `ghcr.io/mnemom/gateway@${digest("a")}`;
      expect(words(undefined, { ...wanted, image: pinned })).toEqual([]);
    });

    test("are the wanted ones where the stack file says how a mirror renames them", () => {
      const mirrored = { ...workload, image: "registry.example/smolt/gateway:1.1.0" };
      const mirrors = { "registry.example/smolt": "ghcr.io/mnemom" };
      expect(isRenamed(mirrored, [running("a", "a")], mirrors)).toBe(false);
      expect(words({ mirrors }, mirrored)).toEqual([]);
      const tagged = { ...mirrored, image: "registry.example/smolt/gateway:1.2.0" };
      expect(words({ mirrors }, tagged)).toHaveLength(1);
    });

    test("and of another digest, or of one that nobody knows, are not, and it is said why", () => {
      expect(isRenamed(wanted, [running("a", "a")], {})).toBe(true);
      const one = pod("b", { image: wanted.image });
      expect(isRenamed(wanted, [one, running("a", "a")], {})).toBe(true);
      expect(words(told("b"))).toEqual([
        `${runs}, and its digest is ${digest("a")}, not ${digest("b")}; ${fix}`,
      ]);
      expect(words({ mirrors: {}, wanted: unavailable("ghcr.io answers 503") })).toEqual([
        `${runs}, whose digest is not known: ghcr.io answers 503; ${fix}`,
      ]);
      const bare = judgeImages(wanted, [pod("a", { imageID: digest("a") })], {
        ...inCluster,
        ...told("a"),
      });
      expect(bare.faults.map(({ text }) => text)).toEqual([
        `${runs}, and nobody reports by which digest it was pulled; ${fix}`,
      ]);
    });

    test("are told of on a Docker host without a word of Kubernetes (S-17, S-30)", () => {
      const place = { target: "docker" };
      const [said = ""] = words({
        word: instanceWord(place),
        renamedFix: renamedFix(place),
        ...told("b"),
      });
      expect(said).toMatch(
        /^container a runs ghcr\.io\S+:1\.1\.0, expected .*; if somebody has made it anew by hand, pulumi refresh and pulumi up/,
      );
      expect(said).not.toMatch(/kubernetes|mirror|node/);
    });
  });
});

test("images of init containers are known by their digests as well (S-08)", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const waiting = livePod(
    "a",
    {},
    {},
    {
      initContainerStatuses: [{ name: "wait", imageID: `docker.io/library/busybox@${digest}` }],
    },
  );
  const init = [
    { name: "wait", image: "busybox:1.36" },
    { name: "late", image: "late:1" },
  ];
  const found = initImages([
    instanceOf({ ...waiting, spec: { ...waiting.spec, initContainers: init } } as typeof waiting),
  ]);
  expect(found).toEqual([
    ["busybox:1.36", digest],
    ["late:1", ""],
  ]);
});

test("a container that has not started has no restarts to count (S-30)", () => {
  const [started] = pod("a", {}).containers;
  const containers = [
    { ...started!, restarts: 2 },
    { ...started!, name: "late", restarts: undefined },
  ];
  expect([...countRestarts([{ ...pod("a", {}), containers }])]).toEqual([["a/gateway", 2]]);
});
