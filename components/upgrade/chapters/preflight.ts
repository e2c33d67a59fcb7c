import * as pulumi from "@pulumi/pulumi";
import { describePlan } from "../plan/describe-plan";
import type { Finding } from "../finding";
import { isSettled, type Plan } from "../plan/plan";
import { downgradeToWarnings } from "../downgrade-to-warnings";
import { judge, report, type Phase } from "../verdict";
import { Chapter } from "./chapter";

export interface PreflightArgs {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** True if the last evidence is of the very objects that the stack file asks for. */
  readonly unchanged: boolean;
}

/**
 * Shows the plan and every finding of one gateway.
 *
 * Creates: nothing. Waits for: nothing. Yields: what stops this run, for {@link stopUpIfBlocked} and {@link failIfBlocked}.
 */
export class Preflight extends Chapter {
  static readonly type = "gateways:upgrade:Preflight";
  /** Findings that stop this run. */
  readonly stops: readonly Finding[];
  /** Name of the gateway. */
  readonly gateway: string;

  constructor(
    name: string,
    { plan, findings, unchanged }: PreflightArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Preflight.type, name, [], opts);
    const phase: Phase = pulumi.runtime.isDryRun() ? "preview" : "up";
    const answers = isSettled(plan) && unchanged ? downgradeToWarnings(findings) : findings;
    this.gateway = name;
    this.stops = judge(answers, { phase });
    void this.report(`${describePlan(plan)}\n${report(answers)}`, answers);
    this.end([], {});
  }

  private report(text: string, findings: readonly Finding[]): Promise<void> {
    const calm = findings.every(({ verdict }) => verdict === "pass");
    return calm ? pulumi.log.info(text, this) : pulumi.log.warn(text, this);
  }
}

/**
 * Lets an `up` touch something only if no gate of any gateway objects (law 3); a preview goes on, to show what would change.
 *
 * @throws ResourceError as {@link failIfBlocked}
 */
export function stopUpIfBlocked(preflights: readonly Preflight[]): void {
  if (!pulumi.runtime.isDryRun()) failIfBlocked(preflights);
}

/** @throws ResourceError that counts the findings which stop this run, over all gateways of the stack */
export function failIfBlocked(preflights: readonly Preflight[]): void {
  const stopped = preflights.filter(({ stops }) => stops.length > 0);
  const [first] = stopped;
  if (first === undefined) return;
  const count = stopped.reduce((sum, { stops }) => sum + stops.length, 0);
  const gates = stopped.map(({ gateway, stops }) => {
    const names = [...new Set(stops.map(({ gate }) => gate))].join(", ");
    return preflights.length === 1 ? names : `${gateway} (${names})`;
  });
  throw new pulumi.ResourceError(
    `${count === 1 ? "1 finding stops" : `${count} findings stop`} this upgrade; nothing was touched: ${gates.join(", ")}.`,
    first,
    true,
  );
}
