import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { onTestFinished, vi } from "vitest";

/** Puts a script in the place of ssh, until the end of the test. @returns how often it was started, and how often it was told to end */
export async function insteadOfSsh(script: string) {
  const folder = await mkdtemp(join(tmpdir(), "ssh-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
  const text = `#!/bin/sh
here='${folder}'
printf . >>"$here/begun"
trap 'printf . >>"$here/told"; exit 0' TERM
${script}
`;
  await writeFile(join(folder, "ssh"), text, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  const count = (what: string) =>
    readFile(join(folder, what), "utf8").then(
      ({ length }) => length,
      () => 0,
    );
  return { begun: () => count("begun"), told: () => count("told") };
}

/** Answers one request of HTTP whose first line was read. */
export const answer = (body: string, status = "200 OK"): string =>
  `printf 'HTTP/1.1 ${status}\\r\\nContent-Type: application/json\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n%s' '${body}'`;
