import { PARTS_OF_A_RUN } from "../lab/engine/parts-of-a-run";
import { matrix } from "../matrix/matrix";

const PLUGIN_KUBERNETES = PARTS_OF_A_RUN["the plugin kubernetes"];
const PLUGIN_COMMAND = PARTS_OF_A_RUN["the plugin command"];

/** A kill in the middle of a way back across a major. */
interface Kill {
  /** What the run says by then. */
  readonly sign: RegExp;
  /** Command line of what is killed, or all that the run consists of. */
  readonly victim: RegExp | "everything";
}

const cells: Readonly<Record<string, Kill>> = {
  "the dump is read": { sign: /reading \S+ from its first/, victim: PLUGIN_COMMAND },
  "the dump is restored beside the live database": {
    sign: /restoring into the new/,
    victim: PLUGIN_COMMAND,
  },
  "the gateway is stopped": { sign: /stopping \S+ \(2 replicas\)/, victim: "everything" },
  "the stopped gateway is found": {
    sign: /is stopped already|stopping \S+ \(/,
    victim: PLUGIN_KUBERNETES,
  },
};

/** Moments of a restore at which a part of the run is killed. */
export default matrix({ name: "killed-restores", sample: 2, cells });
