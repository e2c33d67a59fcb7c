import { execa } from "execa";
import type { Lab } from "../lab";
import { until } from "../until";
import {
  apiUrl,
  bridgeAddress,
  fewResources,
  podDefaults,
  redisHost,
  REDIS_PORT,
  type BamfPlace,
} from "./around";
import { bamfClientImage } from "./images";
import type { Report } from "./report";

/** Tunnels that users keep open while something happens. */
export interface UsersOptions {
  /** Tunnels that stay open from the beginning to the end. */
  readonly hold: number;
  /** Pause between two of them as they are opened: to open one takes more than to keep it, and who shares a small machine stalls the others. Unit: milliseconds. @defaultValue 100 */
  readonly holdEveryMs?: number;
  /** Pause between further tunnels that live for 2 s each. Unit: milliseconds. @defaultValue none are opened */
  readonly openEveryMs?: number;
  /** Pause between two messages of a tunnel: a shorter stall is not seen. Unit: milliseconds. @defaultValue 250 */
  readonly messageEveryMs?: number;
  /** How far the users are from the API. Unit: milliseconds. @defaultValue 40, as where the real product was watched */
  readonly roundTripMs?: number;
  /** Further flags of the client. @defaultValue none */
  readonly flags?: readonly string[];
}

export interface Users {
  /** What has become of every tunnel so far. */
  readonly report: () => Promise<Report>;
  /** Ends all tunnels at once. */
  readonly stop: () => Promise<void>;
}

const PORT = 9000;

/** Arguments of the client's program. */
export function clientArguments(place: BamfPlace, options: UsersOptions): readonly string[] {
  const { hold, holdEveryMs = 100, openEveryMs = 0, messageEveryMs = 250, flags = [] } = options;
  const { roundTripMs = 40 } = options;
  return [
    "client",
    ...["-api", apiUrl(place), "-redis", `redis://${redisHost(place)}:${REDIS_PORT}`],
    ...["-dial", bridgeAddress(place), "-listen", `:${PORT}`],
    ...["-hold", String(hold), "-hold-every", `${holdEveryMs}ms`],
    ...["-open-every", `${openEveryMs}ms`, "-life", "2s"],
    ...["-every", `${messageEveryMs}ms`, "-round-trip", `${roundTripMs}ms`],
    ...flags,
  ];
}

/** Opens tunnels from a pod beside a BAMF, as users with sessions of their own, and returns once all that are held carry bytes. */
export async function startUsers(
  lab: Lab,
  place: BamfPlace,
  options: UsersOptions,
): Promise<Users> {
  const { env } = lab;
  const kubectl = async (words: readonly string[], input = "") =>
    (await execa("kubectl", [...words, "--namespace", place.around], { env, input })).stdout;
  const pod = (
    await kubectl(
      ["create", "--filename", "-", "--output=name"],
      JSON.stringify(podOf(place, options)),
    )
  ).trim();
  const jsonPath = "--output=jsonpath={.status.podIP}";
  let address = "";
  const report = async (): Promise<Report> =>
    (await (await fetch(`http://${address}:${PORT}/report`)).json()) as Report;
  const stop = async (): Promise<void> => {
    await kubectl(["delete", pod, "--grace-period=0", "--force", "--wait=false"]);
  };
  let seen: Report | undefined;
  try {
    await until(
      "the users' tunnels are open",
      async () => {
        if (address === "") address = await kubectl(["get", pod, jsonPath]);
        seen = await report();
        return openIn(seen) === options.hold;
      },
      { seconds: 120, everyMs: 500, hopeless: () => Promise.resolve(failureIn(seen)) },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { report, stop };
}

const openIn = ({ tunnels }: Report): number =>
  tunnels.filter(({ held, state }) => held && state === "open").length;

/** A tunnel that could not be opened is not opened later: what is measured then would not be what was asked for. */
function failureIn(report: Report | undefined): string | undefined {
  const failed = report?.tunnels.find(({ held, state }) => held && state === "failed");
  return failed && `${report?.held.failed} of them could not be opened: ${failed.why ?? ""}`;
}

const podOf = (place: BamfPlace, options: UsersOptions): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { generateName: "users-", namespace: place.around },
  spec: {
    ...podDefaults,
    restartPolicy: "Never",
    containers: [
      {
        name: "users",
        image: bamfClientImage,
        args: clientArguments(place, options),
        resources: fewResources,
      },
    ],
  },
});
