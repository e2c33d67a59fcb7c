import type { BridgeOptionsInput } from "./options";

/** What the stack file says about sessions. */
export interface SessionSettings {
  readonly policy: "wait" | "stop" | "cut";
  readonly limitMinutes: number;
  /** Whether new tunnels are kept off a bridge before it stops. */
  readonly cordon: boolean;
  /** Whether tunnels that are open at the limit are carried over the stop. */
  readonly guard: boolean;
}

export interface BridgeRollArgs {
  readonly sessions: SessionSettings;
  /** The consent to cut sessions, for one release. */
  readonly cut: { readonly release: string; readonly sessions: number } | undefined;
  /** The wanted release. */
  readonly version: string;
  /** Longest replacement of one bridge, in seconds: its grace period and its longest start. */
  readonly withinSeconds: number;
  readonly options: BridgeOptionsInput;
}

/** How many sessions the consent lets be cut: it counts only for its release. */
export const allowedCut = ({ cut, version }: Pick<BridgeRollArgs, "cut" | "version">): number =>
  cut?.release === version ? cut.sessions : 0;

/**
 * How the bridges are rolled: what the rollout step is told. A consent to cut counts only for its release; without one nothing is cut, whatever the policy.
 */
export const bridgeRoll = ({ sessions, cut, version, withinSeconds, options }: BridgeRollArgs) => ({
  sessions: "bamf",
  policy: sessions.policy,
  cut: allowedCut({ cut, version }),
  limitSeconds: sessions.limitMinutes * 60,
  cordon: sessions.cordon,
  carry: sessions.guard,
  withinSeconds,
  options: { ...options },
});

/** What the preview says that a roll of the bridges will do. */
export function describeBridgeRoll({
  sessions,
  cut,
  version,
}: Pick<BridgeRollArgs, "sessions" | "cut" | "version">): readonly string[] {
  const { policy, limitMinutes, cordon, guard } = sessions;
  const carried = cordon && guard;
  const left = carried ? "tunnels that cannot be carried" : "tunnels that are still open";
  const allowed = allowedCut({ cut, version });
  const then = {
    wait: `${left} are waited for without a limit`,
    stop: `${left} end the run, with every bridge serving`,
    cut: `${left} are cut, up to ${allowed} of them; more end the run`,
  }[policy];
  return [
    cordon
      ? "before a bridge stops its scores and its status in the product's Redis are set so that new tunnels go elsewhere; undone when it has registered again and its tunnel port answers, or by the next run"
      : "new tunnels are not kept off a bridge before it stops: nothing is written into the product's Redis",
    limitMinutes === 0
      ? "tunnels get no time to end by themselves"
      : `tunnels have ${limitMinutes} min a bridge to end by themselves`,
    ...(carried
      ? [
          "then the sessions of open tunnels are kept in the product's Redis while the bridge stops, and its certificate is among the revoked ones there for up to 3 s, so that their clients come back over another bridge",
        ]
      : []),
    then,
  ];
}
