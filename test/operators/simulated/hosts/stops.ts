import { downgradeToWarnings } from "../../../../components/upgrade/downgrade-to-warnings";
import type { Finding } from "../../../../components/upgrade/finding";
import { isSettled } from "../../../../components/upgrade/plan/plan";
import type { Prepared } from "../../../../components/upgrade/prepared";
import { judge } from "../../../../components/upgrade/verdict";
import type { HostSafeguard, HostsWorld } from "./world";

/** Gates that a world lets pass because a safeguard was taken out. */
const OPEN: Readonly<Partial<Record<HostSafeguard, readonly string[]>>> = {
  "agents wait for their API": ["behind-api", "skew-on-the-way"],
  "the API waits for its agents": ["skew-on-the-way"],
};

/** Findings that stop an `up`. */
export function stopsOf(
  { findings, plan, unchanged }: Prepared,
  { without }: HostsWorld,
): readonly Finding[] {
  const answers = isSettled(plan) && unchanged ? downgradeToWarnings(findings) : findings;
  const open = (without && OPEN[without]) ?? [];
  return judge(answers, { phase: "up" }).filter(({ gate }) => !open.includes(gate));
}
