import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPONENTS } from "../../root";
import { linesOf, type HostLines } from "../facts/host-lines";
import { runOnHost, type HostAddress, type RunOnHost } from "./run-on-host";

/** Where the program lies on a host once something is to be changed there. */
const FOLDER = "/var/lib/gateways";
const PROGRAM = `${FOLDER}/agent.sh`;

/** What changes something may take longer than a look: given up, nobody would know what it has come to. */
const ACT_SECONDS = 60;
/** A transfer of a binary to a host over a slow line. */
const STAGE_SECONDS = 300;

const source = (): Promise<string> => readFile(join(COMPONENTS, "hosts/program/agent.sh"), "utf8");

/**
 * Looks at the agent of a host by the program that comes in with the look: nothing is written there.
 *
 * @throws HostFailure if nobody answers in time
 */
export const lookAtAgent = async (
  host: HostAddress,
  unit: string,
  options?: RunOnHost,
): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", "-s", "--", "look", unit], { ...options, input: await source() }),
  );

/** Leaves the program on the host, whole at every moment. */
export async function bringProgram(host: HostAddress, options?: RunOnHost): Promise<void> {
  const put = `umask 077 && mkdir -p ${FOLDER} && cat > ${PROGRAM}.part && mv -f ${PROGRAM}.part ${PROGRAM}`;
  await runOnHost(host, ["sh", "-c", put], {
    limitSeconds: ACT_SECONDS,
    ...options,
    input: await source(),
  });
}

/** What is wanted of a host. */
export interface WantedAgent {
  readonly unit: string;
  /** The wanted release, and what its binary for this host's architecture must hash to. */
  readonly release: string;
  readonly sha256: string;
}

/**
 * Leaves the wanted binary beside the one in use. One that is kept from an earlier swap, or lies there already, is taken before anything is sent.
 *
 * @param binary - sent to the host; undefined if the host has it, or fetches it from the address
 */
export const stageAgent = async (
  host: HostAddress,
  { unit, sha256 }: WantedAgent,
  from: { readonly binary?: Uint8Array; readonly url?: string },
  signal?: AbortSignal,
): Promise<HostLines> =>
  linesOf(
    await runOnHost(
      host,
      ["sh", PROGRAM, "stage", unit, sha256, ...(from.url === undefined ? [] : [from.url])],
      {
        input: from.binary ?? "",
        limitSeconds: STAGE_SECONDS,
        signal,
      },
    ),
  );

/**
 * Has the systemd of the host swap the binary: it goes on if this connection, or this machine, is gone.
 *
 * @param ready - address on the host that answers once the agent is ready; `-` for none
 * @param withinSeconds - for the new one to come up; then the host puts the old one back by itself
 */
export const startSwap = async (
  host: HostAddress,
  { unit, sha256, release }: WantedAgent,
  { ready, withinSeconds }: { readonly ready: string; readonly withinSeconds: number },
): Promise<HostLines> =>
  linesOf(
    await runOnHost(
      host,
      ["sh", PROGRAM, "start", unit, sha256, release, ready, String(withinSeconds)],
      { limitSeconds: ACT_SECONDS },
    ),
  );

/** How long a host waits for an outcome before it says that there is none: a connection for each look would take more from it than the swap. */
const RESULT_SECONDS = 10;

/** What became of the last swap, as soon as the host knows; `outcome=none` if it is still under way after some seconds. */
export const swapResult = async (host: HostAddress, unit: string): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", PROGRAM, "result", unit, String(RESULT_SECONDS)], {
      limitSeconds: ACT_SECONDS,
    }),
  );

/** Lets a binary that was swapped back there be tried again. */
export const forgetFailure = async (
  host: HostAddress,
  { unit, sha256 }: Pick<WantedAgent, "unit" | "sha256">,
): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", PROGRAM, "forget", unit, sha256], { limitSeconds: ACT_SECONDS }),
  );
