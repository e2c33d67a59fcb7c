import { describe, expect, test } from "vitest";
import {
  agentsUnheard,
  bridgeFaults,
  describeBamf,
  edgeFaults,
} from "../../../components/bamf/verification/judge-bamf";
import { bridge } from "../sessions/seen";

describe("the bridges of a release that is verified", () => {
  test("are well if each is registered and free for new tunnels", () => {
    expect(bridgeFaults([bridge("a", 3), bridge("b", 0)])).toEqual([]);
  });

  test.each([
    [
      "does not answer",
      { ...bridge("a", 0), metrics: undefined },
      "a does not answer on its health port",
    ],
    ["is stopping", bridge("a", 0, { metrics: { draining: true } }), "a says that it is stopping"],
    [
      "is not registered",
      bridge("a", 0, { listed: { registeredAt: undefined } }),
      "a is not registered at the API",
    ],
    [
      "is in nobody's list",
      { ...bridge("a", 0), listed: undefined },
      "a is not registered at the API",
    ],
    [
      "is draining by its status",
      bridge("a", 0, { listed: { status: "draining" } }),
      "a is registered as draining",
    ],
    [
      "has kept a cordon",
      bridge("a", 0, { listed: { score: 1e9 } }),
      "a is kept from new tunnels by its score",
    ],
  ])("are not if one of them %s", (_, one, fault) => {
    expect(bridgeFaults([one])).toEqual([fault]);
  });
});

describe("the list of edges", () => {
  test("has to hold the edge of each bridge: one whose bridges have not registered anew drops out (T-42)", () => {
    expect(edgeFaults([{ edge: "default" }, { edge: "far" }], ["default"])).toEqual([
      "edge far is not in the list of edges, since none of its bridges has registered anew: restart one",
    ]);
  });

  test("says nothing of a release that keeps none", () => {
    expect(edgeFaults([{ edge: "default" }], [])).toEqual([]);
  });
});

describe("agents", () => {
  const agents = {
    a: { online: true, heartbeatAgo: 20, heard: "1764330000.5" },
    b: { online: false, heartbeatAgo: 400, heard: "1764329620.1" },
    c: { online: false, heartbeatAgo: 90_000, heard: "1764240020.9" },
  };

  test("are missing until the API has heard them anew, if they were heard within the last hour: what calls them online holds for 180 s, whoever has rejected them since (B-12)", () => {
    expect(agentsUnheard(agents, agents)).toEqual(["a", "b"]);
    const later = { ...agents, a: { ...agents.a, heartbeatAgo: 1, heard: "1764330060.2" } };
    expect(agentsUnheard(agents, later)).toEqual(["b"]);
  });

  test("are missing if nothing is known of them any more, as where a package has left one stopped and disabled (T-43)", () => {
    expect(agentsUnheard(agents, {})).toEqual(["a", "b"]);
  });

  test("are counted, with those that have long been silent", () => {
    expect(describeBamf([bridge("a", 3), bridge("b", 2)], agents)).toBe(
      "2 bridges with 5 tunnels; agents online: 1 of 3, 1 silent for more than an hour",
    );
  });
});
