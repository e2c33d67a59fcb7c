import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { COMPONENTS } from "../../root";
import { linesOf, type HostLines } from "../facts/host-lines";
import type { Claim } from "../plan/owner";
import { runOnHost, type HostAddress, type RunOnHost } from "./run-on-host";

/** Where the program lies on a host once something is to be changed there. */
const FOLDER = "/var/lib/gateways";
const PROGRAM = `${FOLDER}/agent.sh`;

/** What changes something may take longer than a look: given up, nobody would know what it has come to. */
const ACT_SECONDS = 60;
/** A transfer of a binary to a host over a slow line. */
const STAGE_SECONDS = 300;

const programText = (name: string): Promise<string> =>
  readFile(join(COMPONENTS, "hosts/program", name), "utf8");

/** The program of a host, in one file: the functions about a second instance and about the binary, then what uses them. */
export const hostProgram = async (): Promise<string> =>
  (await Promise.all(["beside.sh", "binary.sh", "agent.sh"].map(programText))).join("\n");

/**
 * Looks at the agent of a host, and at the note of whose it is, by the programs that come in with the look: nothing is written there.
 *
 * @param options - `beside`: whether a second instance may run beside it, so that the host says why none can
 * @throws HostFailure if nobody answers in time
 */
export const lookAtAgent = async (
  host: HostAddress,
  unit: string,
  { beside = false, ...options }: RunOnHost & { readonly beside?: boolean | undefined } = {},
): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", "-s", "--", "look", unit, ...(beside ? ["beside"] : [])], {
      ...options,
      input: `${await hostProgram()}\n${await programText("host.sh")}`,
    }),
  );

/**
 * Notes on a host which stack keeps its agent at a release, unless the note of another one is there, of which it then tells. Without room for a note it makes none.
 */
export const claimAgent = async (
  host: HostAddress,
  unit: string,
  release: string,
  { stack, takeOver = "" }: Claim,
): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", "-s", "--", "claim", unit, stack, release, takeOver], {
      input: await programText("host.sh"),
      limitSeconds: ACT_SECONDS,
    }),
  );

/**
 * Leaves the program on the host, whole at every moment: a connection that ends in the middle looks there like the end of the file, and of two that bring it at one time each writes a
 * file of its own.
 */
export async function bringProgram(host: HostAddress, options?: RunOnHost): Promise<void> {
  const input = await hostProgram();
  const sum = createHash("sha256").update(input).digest("hex");
  const part = `${PROGRAM}.$$.part`;
  const isWhole = `[ "$(sha256sum < ${part})" = "${sum}  -" ]`;
  const put = `umask 077 && mkdir -p ${FOLDER} && { cat > ${part} && ${isWhole} && mv -f ${part} ${PROGRAM} || { rm -f ${part}; false; }; }`;
  await runOnHost(host, ["sh", "-c", put], { limitSeconds: ACT_SECONDS, ...options, input });
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

/** Has the host begin what takes longer than a call. */
const begin =
  (verb: "start" | "beside") =>
  async (
    host: HostAddress,
    { unit, sha256, release }: WantedAgent,
    { ready, withinSeconds }: { readonly ready: string; readonly withinSeconds: number },
  ): Promise<HostLines> =>
    linesOf(
      await runOnHost(
        host,
        ["sh", PROGRAM, verb, unit, sha256, release, ready, String(withinSeconds)],
        { limitSeconds: ACT_SECONDS },
      ),
    );

/**
 * Has the systemd of the host swap the binary: it goes on if this connection, or this machine, is gone.
 *
 * @param ready - address on the host that answers once the agent is ready; `-` for none
 * @param withinSeconds - for the new one to come up; then the host puts the old one back by itself
 */
export const startSwap = begin("start");

/**
 * Has the systemd of the host run a second instance of what was staged, and send new tunnels there: the agent of the unit serves on, and is not touched.
 *
 * @param ready - as for a swap; once the unit's own agent is ready with the new binary, the second instance ends with its last tunnel
 * @param withinSeconds - for the second one to come up; else the host ends it
 */
export const startBeside = begin("beside");

/** Ends a second instance that is not wanted any more with its last tunnel; new ones go to the agent of the unit again. */
export const dismissBeside = async (host: HostAddress, unit: string): Promise<HostLines> =>
  linesOf(await runOnHost(host, ["sh", PROGRAM, "dismiss", unit], { limitSeconds: ACT_SECONDS }));

/** How long a host waits for an outcome before it says that there is none: a connection for each look would take more from it than the swap. */
const RESULT_SECONDS = 10;

/** What became of the last swap, as soon as the host knows; `outcome=none` if it is still under way after some seconds. */
export const swapResult = async (host: HostAddress, unit: string): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", PROGRAM, "result", unit, String(RESULT_SECONDS)], {
      limitSeconds: ACT_SECONDS,
    }),
  );

/** What has become of the second instance that was asked for last, likewise. */
export const besideResult = async (host: HostAddress, unit: string): Promise<HostLines> =>
  linesOf(
    await runOnHost(host, ["sh", PROGRAM, "came", unit, String(RESULT_SECONDS)], {
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
