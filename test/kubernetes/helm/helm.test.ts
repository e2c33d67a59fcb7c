import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { helm } from "../../../components/kubernetes/helm/render";

test("a registry that says nothing does not keep a preview for ever", async () => {
  const folder = await mkdtemp(join(tmpdir(), "helm-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "helm"), "#!/bin/sh\nexec sleep 30\n");
  await chmod(join(folder, "helm"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  await expect(helm(["template"], {}, 0.3)).rejects.toThrow(
    "helm template has not ended within 0.3 s; see that the repository or registry of the chart answers",
  );
});
