import * as pulumi from "@pulumi/pulumi";
import { describePlan } from "./describe-plan";
import type { Finding } from "./finding";
import { isSettled, type Plan } from "./plan";
import { soften } from "./soften";
import { judge, report, type Phase } from "./verdict";

export interface PreflightArgs {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
}

/**
 * Shows the plan and every finding, and lets nothing be touched before all gates have answered (law 3).
 *
 * Creates: nothing. Waits for: nothing. Yields: the leave to go on, that the first chapter asks for.
 * On failure: in `up` nothing else is registered; a preview still shows what would change and then fails.
 */
export class Preflight extends pulumi.ComponentResource {
  static readonly type = "gateways:upgrade:Preflight";
  private readonly stops: readonly Finding[];

  constructor(
    name: string,
    { plan, findings }: PreflightArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(Preflight.type, name, {}, opts);
    const phase: Phase = pulumi.runtime.isDryRun() ? "preview" : "up";
    const answers = isSettled(plan) ? soften(findings) : findings;
    this.stops = judge(answers, { phase });
    void this.tell(`${describePlan(plan)}\n${report(answers)}`, answers);
    this.registerOutputs({});
    if (phase === "up") this.conclude();
  }

  /** @throws ResourceError that counts the findings which stop this run */
  conclude(): void {
    if (this.stops.length === 0) return;
    const gates = [...new Set(this.stops.map(({ gate }) => gate))].join(", ");
    const count =
      this.stops.length === 1 ? "1 finding stops" : `${this.stops.length} findings stop`;
    throw new pulumi.ResourceError(
      `${count} this upgrade; nothing was touched: ${gates}.`,
      this,
      true,
    );
  }

  private tell(text: string, findings: readonly Finding[]): Promise<void> {
    const calm = findings.every(({ verdict }) => verdict === "pass");
    return calm ? pulumi.log.info(text, this) : pulumi.log.warn(text, this);
  }
}
