import type { AssetsInput } from "../../../hosts/gate-input";
import type { Gate } from "../../../upgrade/gate";
import type { Consent } from "../../../upgrade/plan/consent";
import { behindApi } from "./behind-api";
import { skewOnTheWay, type ApartFleet } from "./skew-on-the-way";

/** What runs apart from the API, and may not be newer. @typeParam Input - what its gates are asked about */
export interface Apart<Input> {
  readonly part: "host" | "cli";
  /** What runs of it now. */
  readonly fleets: (input: Input) => readonly ApartFleet[];
}

/** The same, as far as these gates ask about it. */
type ApartInput = AssetsInput & {
  readonly settings: { readonly consents: { readonly skew?: Consent | undefined } };
};

/** What is asked of all that runs apart from the API. */
export const apartGates = <Input extends ApartInput>({
  part,
  fleets,
}: Apart<Input>): readonly Gate<Input>[] => [
  {
    name: "behind-api",
    question: "Is the API of that release, or of a newer one?",
    ask: ({ plan, facts: { followed, followedLive }, follows, at }) =>
      behindApi({ plan, part, api: followed, live: followedLive, words: follows, at: at("api") }),
  },
  {
    name: "skew-on-the-way",
    question: "Is nothing newer than the API at any moment of a run that changes both?",
    ask: (input) =>
      skewOnTheWay({
        part,
        fleets: fleets(input),
        to: input.plan.to,
        api: input.facts.followed,
        live: input.facts.followedLive,
        apiTo: input.followedTo,
        words: input.follows,
        consent: input.settings.consents.skew,
        at: input.at("version"),
        consentAt: input.at("consents.skew"),
      }),
  },
];
