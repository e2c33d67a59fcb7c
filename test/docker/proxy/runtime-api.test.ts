import { expect, test } from "vitest";
import {
  addServer,
  drainServer,
  objectionIn,
  readServers,
  readyServer,
  removeServer,
} from "../../../components/docker/proxy/runtime-api";

/** As HAProxy 2.6.12 answers, without the columns after those that are read. */
const ANSWER = `# pxname,svname,qcur,qmax,scur,smax,status,addr,
gateway,old,0,0,21,26,DRAIN,127.18.4.7:18787,
gateway,new,1,1,3,5,no check,127.18.4.8:18787,
gateway,gone,0,0,0,1,MAINT,127.18.4.9:18787,

`;

test("servers are read with their state and with what is open or waits", () => {
  expect(readServers(ANSWER)).toEqual([
    { name: "old", address: "127.18.4.7:18787", state: "draining", open: 21 },
    { name: "new", address: "127.18.4.8:18787", state: "ready", open: 4 },
    { name: "gone", address: "127.18.4.9:18787", state: "stopped", open: 0 },
  ]);
});

test("a proxy without servers has none, and an answer that is none is an error", () => {
  expect(readServers(ANSWER.split("\n")[0] ?? "")).toEqual([]);
  expect(() => readServers("Unknown command")).toThrow(
    "the front proxy does not tell of its servers: Unknown command",
  );
  expect(() => readServers("")).toThrow("does not tell of its servers");
});

test("commands name the backend and the server", () => {
  expect(addServer({ name: "new", address: "127.18.4.8:18787" })).toEqual([
    "add server gateway/new 127.18.4.8:18787",
    "set server gateway/new state ready",
  ]);
  expect(readyServer("new")).toBe("set server gateway/new state ready");
  expect(drainServer("old")).toBe("set server gateway/old state drain");
  expect(removeServer("old")).toEqual([
    "set server gateway/old state maint",
    "del server gateway/old",
  ]);
});

test.each([
  ["", undefined],
  ["New server registered.\n\n", undefined],
  ["Server deleted.\n", undefined],
  ["No such server.\n", "No such server."],
  [
    "Only servers in maintenance mode can be deleted.\n",
    "Only servers in maintenance mode can be deleted.",
  ],
])("the answer %j is an objection or none", (answer, objection) => {
  expect(objectionIn(answer)).toBe(objection);
});
