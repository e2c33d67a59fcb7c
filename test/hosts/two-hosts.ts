import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  bringProgram,
  stageAgent,
  startSwap,
  swapResult,
} from "../../components/hosts/api/agent-program";
import { runOnHost, type HostAddress } from "../../components/hosts/api/run-on-host";
import { valueOf, type HostLines } from "../../components/hosts/facts/host-lines";
import { unitOf, type LabHost } from "../lab/hosts/hosts";
import { sumOf } from "./program/staged-host";

export const UNIT = "bamf-agent";

/** A host of the lab as the program reaches it. */
export const addressOf = ({ name, address, user, hostKey, identity }: LabHost): HostAddress => ({
  name,
  address,
  port: 22,
  user,
  hostKey,
  identity,
});

/** Programs that stand in for an agent: told apart by what is behind their end. */
export async function standIns(): Promise<{
  readonly old: Buffer;
  readonly good: Buffer;
  readonly bad: Buffer;
}> {
  const [sleep, no] = await Promise.all([readFile("/bin/sleep"), readFile("/bin/false")]);
  const marked = (program: Buffer, mark: string) => Buffer.concat([program, Buffer.from(mark)]);
  return { old: marked(sleep, "0.10.0"), good: marked(sleep, "0.11.0"), bad: marked(no, "0.11.1") };
}

/** The lab's hosts share the processors of this machine with all else that is tested. */
export const PATIENT = { limitSeconds: 60 } as const;

/** Installs an agent as its package does, enabled and started. @param path - of its binary, which the unit starts */
export async function installAgent(host: LabHost, path: string, binary: Buffer): Promise<void> {
  await runOnHost(
    addressOf(host),
    ["sh", "-c", `systemctl stop ${UNIT} 2>/dev/null; rm -rf /var/lib/gateways ${path}*; true`],
    PATIENT,
  );
  const put = (file: string, content: Buffer | string) =>
    runOnHost(
      addressOf(host),
      ["sh", "-c", `mkdir -p ${dirname(file)} && cat >${file} && chmod 755 ${file}`],
      { ...PATIENT, input: content },
    );
  await put(path, binary);
  await put(`/etc/systemd/system/${UNIT}.service`, unitOf(`${path} 100000`));
  await runOnHost(
    addressOf(host),
    [
      "sh",
      "-c",
      `systemctl daemon-reload && systemctl reset-failed ${UNIT} 2>/dev/null; systemctl enable --now ${UNIT}`,
    ],
    PATIENT,
  );
}

/** Sum of what the process of the unit executes. */
export const runningOn = async (host: LabHost): Promise<string> =>
  (
    await runOnHost(
      addressOf(host),
      [
        "sh",
        "-c",
        `sha256sum < /proc/$(systemctl show --property=MainPID --value ${UNIT})/exe | cut -d' ' -f1`,
      ],
      PATIENT,
    )
  ).trim();

/** A binary that stands for a release. */
export const wanted = (binary: Buffer, release: string) => ({
  unit: UNIT,
  release,
  sha256: sumOf(binary),
});

/** Brings a host to a release, and waits for its verdict. */
export async function swapTo(host: LabHost, binary: Buffer, release: string): Promise<HostLines> {
  const address = addressOf(host);
  await bringProgram(address);
  await stageAgent(address, wanted(binary, release), { binary });
  const started = await startSwap(address, wanted(binary, release), {
    ready: "-",
    withinSeconds: 120,
  });
  if (valueOf(started, "outcome") !== "started")
    throw new Error(`not started: ${valueOf(started, "reason") ?? ""}`);
  return resultOf(host);
}

export async function resultOf(host: LabHost): Promise<HostLines> {
  for (;;) {
    const result = await swapResult(addressOf(host), UNIT);
    if (valueOf(result, "outcome") !== "none") return result;
    await pause(500);
  }
}

export { sumOf };
