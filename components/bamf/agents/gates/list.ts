import type { HostsInput } from "../../../hosts/gate-input";
import type { Gate } from "../../../upgrade/gate";
import { agentsBehindApi } from "./agents-behind-api";

/** What only agents of BAMF are asked. */
export const agentGates: readonly Gate<HostsInput>[] = [
  {
    name: "agents-behind-api",
    question: "Is the API of that release, or of a newer one?",
    ask: ({ plan, facts: { followed }, follows, at }) =>
      agentsBehindApi({ plan, api: followed, words: follows, at: at("api") }),
  },
];
