import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";

const { pass, warn, block, unknown } = gate("host-clock");

/** Beyond that, times of logs and of dumps are told apart from ours only with care. */
const NOTICED_SECONDS = 5;
/** Beyond that, the host judges licences and certificates by another time than the gates do. */
const WRONG_SECONDS = 60;

/**
 * Lets an upgrade begin only if the host has about the time of this machine: what is judged here by the clock (a licence, a freeze, the age of a backup, lines
 * of a log since the start) happens there. How long the answer took counts for neither side.
 */
export function hostClock({
  host,
  at,
}: {
  readonly host: Observation<Pick<HostFacts, "daemon">>;
  /** The daemon's address. */
  readonly at: string;
}): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { clock, asked } = host.value.daemon;
  if (clock === undefined)
    return [unknown(couldNotLook(at, "the clock of the host", "the daemon does not tell it"))];
  const behind = Math.max(asked.from - clock, 0);
  const ahead = Math.max(clock - asked.to, 0);
  const seconds = Math.max(behind, ahead) / 1000;
  if (seconds <= NOTICED_SECONDS)
    return [pass({ at, found: `a clock within ${NOTICED_SECONDS} s of this machine's` })];
  const objection = {
    at,
    found: `a clock ${Math.round(seconds)} s ${behind > 0 ? "behind" : "ahead of"} this machine's`,
    expected: `at most ${NOTICED_SECONDS} s`,
    fix: "let both keep the time, with chrony or systemd-timesyncd",
  };
  return [seconds > WRONG_SECONDS ? block(objection) : warn(objection)];
}
