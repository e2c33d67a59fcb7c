import { expect, test } from "vitest";
import { orphans, type OrphansArgs } from "../../../components/docker/gates/orphans";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { composed, host, ours } from "../facts";

const at = "Docker at ssh://root@edge-1";
const old = composed("migrate", { state: "exited" });
const ask = (change: Partial<OrphansArgs> = {}) =>
  orphans({
    host: host({ containers: [old, composed("gateway"), ours("migrate", { state: "exited" })] }),
    project: "smoltbot",
    finished: ["migrate"],
    wanted: "1.1.0",
    consent: undefined,
    at,
    ...change,
  });

test("the migrate container of an older Compose file is named, and left without a consent (T-06)", () => {
  expect(spoken(ask())).toEqual([
    `warn ${at}: smoltbot-migrate-1, left behind by an older Compose file of smoltbot`,
  ]);
});

test("a consent for the wanted release removes it, and one for another release does not (T-06)", () => {
  const consent = { release: "1.1.0", reason: "checked by hand" };
  expect(spoken(ask({ consent }))).toEqual([
    `warn ${at}: smoltbot-migrate-1, left behind by an older Compose file of smoltbot; removed in this upgrade: checked by hand`,
  ]);
  expect(spoken(ask({ consent, wanted: "1.2.0" }))).toEqual(spoken(ask()));
});

test("one that still runs is no orphan (T-06)", () => {
  expect(spoken(ask({ host: host({ containers: [composed("migrate")] }) }))).toEqual([
    `pass ${at}: nothing left behind in the Compose project smoltbot`,
  ]);
});

test("without a Compose project there is nothing to ask, and without a daemon it is unknown (T-06)", () => {
  expect(spoken(ask({ project: undefined }))).toEqual([
    `pass ${at}: no Compose project to look through`,
  ]);
  expect(spoken(ask({ host: unavailable("refused") }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
