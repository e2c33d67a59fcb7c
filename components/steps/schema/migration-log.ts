import type { MigrationLook } from "../../upgrade/platform";
import { redactorOf } from "../../upgrade/redact";
import type { StepIo } from "../../upgrade/step-io";

/** Follows what the tries of a migration write. */
export interface MigrationLog {
  /** Says what is new since the last call. */
  readonly follow: (output: MigrationLook["output"]) => void;
  /** Last lines of the newest try that wrote any; kept, since a Job past its deadline takes its pods along (T-30). */
  readonly tail: () => readonly string[];
}

/** Starts with nothing said; secrets of the environment are hidden in every line. */
export function migrationLog(io: StepIo): MigrationLog {
  const redact = redactorOf(io.env);
  const said = new Map<string, readonly string[]>();
  return {
    follow: (output) => {
      for (const { instance, lines } of output) {
        const before = said.get(instance) ?? [];
        // A log that can no longer be read is shorter than what it held before.
        if (lines.length <= before.length) continue;
        const shown = lines.map(redact);
        for (const line of shown.slice(before.length)) io.say(`migrate: ${line}`);
        said.delete(instance);
        said.set(instance, shown);
      }
    },
    tail: () => [...said.values()].at(-1)?.slice(-30) ?? [],
  };
}
