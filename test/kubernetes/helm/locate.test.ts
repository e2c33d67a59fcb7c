import { expect, test } from "vitest";
import { locate } from "../../../components/kubernetes/helm/render";

const sha256 = "0".repeat(64);

test.each([
  ["nothing", "/nonexistent/chart.tgz"],
  ["a folder", "/tmp"],
])(
  "a chart with a SHA-256 at whose path there is %s is refused in words (S-22)",
  async (found, path) => {
    await expect(locate({ path, sha256 })).rejects.toThrow(
      `chart.path: found ${found}: ${path}; expected a .tgz, as chart.sha256 is set. Fix: correct the path`,
    );
  },
);

test("a chart that was exchanged is refused with both sums, and with what to do (S-22)", async () => {
  await expect(locate({ path: "package.json", sha256 })).rejects.toThrow(
    /^package\.json has the SHA-256 [0-9a-f]{64}, and chart\.sha256 says 0{64}\. Fix: take the file/,
  );
});
