import { chmod, rm, writeFile } from "node:fs/promises";
import { run } from "./run";
import { exists } from "./cache";
import type { Say } from "./parts";

/** Debian packages that the lab uses. */
export const debianPackages: readonly string[] = [
  "busybox-static",
  "containerd",
  "containernetworking-plugins",
  "iproute2",
  "iptables",
  "openssl",
  "postgresql",
  "redis-server",
  "runc",
  "util-linux",
  "zstd",
];

/** Which of the packages this machine lacks. */
export async function missingPackages(
  wanted: readonly string[] = debianPackages,
): Promise<readonly string[]> {
  const { stdout } = await run(
    "dpkg-query",
    ["-W", "-f", "${Package} ${db:Status-Status}\n", ...wanted],
    { reject: false },
  );
  const installed = new Set(
    stdout
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Installs what is missing; none of the packages' services is started. */
export async function installPackages(
  say: Say,
  signal: AbortSignal,
  wanted: readonly string[] = debianPackages,
): Promise<string> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return "all there";
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  say("reads the package lists");
  await run("apt-get", ["update", "-q"], { env, signal });
  say(`installs ${missing.join(", ")}`, 0.3);
  await withoutServiceStarts(async () => {
    await run("apt-get", ["install", "-qy", "--no-install-recommends", ...missing], {
      env,
      signal,
    });
  });
  return `installed ${missing.join(", ")}`;
}

const policy = "/usr/sbin/policy-rc.d";

// Debian asks this program before it starts any service: 101 means no.
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  // A policy that is there already was made by the machine's owner and stays.
  if (await exists(policy)) {
    await work();
    return;
  }
  await writeFile(policy, "#!/bin/sh\nexit 101\n");
  await chmod(policy, 0o755);
  try {
    await work();
  } finally {
    await rm(policy, { force: true });
  }
}
