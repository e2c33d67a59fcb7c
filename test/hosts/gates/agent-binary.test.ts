import { expect, test } from "vitest";
import { agentBinary } from "../../../components/hosts/gates/agent-binary";
import { spoken } from "../../upgrade/gates/findings";
import { seen, sum, wantedOn } from "../agents";

const known = { [sum("a")]: "0.10.0", [sum("b")]: "0.11.0" };
const say = (change: Parameters<typeof seen>[1], unchanged = false) =>
  spoken(agentBinary({ hosts: [seen("c1", change), seen("c2")], known, wantedOn, unchanged }));

test("hosts that run known releases pass, with how many run which", () => {
  expect(say({ sha256: sum("b"), running: sum("b") })).toEqual([
    "pass 2 hosts: 0.11.0 on 1, 0.10.0 on 1",
  ]);
});

test("a file that was changed and not started is told (T-32)", () => {
  expect(say({ sha256: sum("b") })).toEqual([
    "warn host c1: a process that executes another file than the one at its path",
  ]);
});

test("a binary that no release is known to have is told", () => {
  expect(say({ sha256: sum("d"), running: sum("d") })).toEqual([
    "warn host c1: a binary of no release that this stack knows (sha256 dddddddddddd)",
  ]);
});

test("where nothing is to change, a host that has fallen behind is told", () => {
  expect(say({ sha256: sum("b"), running: sum("b") }, true)).toEqual(["warn host c2: 0.10.0 runs"]);
});

test("where nothing is to change, a binary of no known release is brought back by the run: nobody is told to want it", () => {
  const findings = agentBinary({
    hosts: [seen("c1", { sha256: sum("d"), running: sum("d") })],
    ...{ known, wantedOn, unchanged: true },
  });
  expect(spoken(findings)).toEqual([
    "warn host c1: a binary of no release that this stack knows (sha256 dddddddddddd) runs",
  ]);
  expect(findings[0]?.fix).toBe("nothing; this run brings it there");
});

test("an agent that is down since its swap was cut off is told, and by another hand it is not", () => {
  const down = { sha256: sum("b"), running: undefined };
  expect(say({ ...down, begun: sum("b") })).toEqual([
    "warn host c1: an agent that is down since a swap to 0.11.0 was cut off",
  ]);
  expect(say({ ...down, begun: sum("a") })[0]).toMatch(/^pass /);
});
