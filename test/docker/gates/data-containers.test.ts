import { expect, test } from "vitest";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { dataContainers } from "../../../components/docker/gates/data-containers";
import { marked } from "../../../components/docker/objects/container-spec";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { container, host, ours, spec } from "../facts";

const at = "Docker at unix:///run/docker.sock";
const health = {
  program: ["true"],
  intervalSeconds: 5,
  timeoutSeconds: 3,
  startSeconds: 60,
  retries: 5,
};
const database = spec({
  role: "postgres",
  name: "smoltbot-postgres",
  volumes: [{ volume: "smoltbot_pgdata", path: "/data" }],
  health,
});
const wanted = marked(database);
/** The one that was made of a spec. */
const madeOf = (one: typeof wanted): ContainerFacts => {
  const { labels, ...facts } = ours("postgres");
  return { ...facts, labels: { ...labels, ...one.labels } };
};
const asked = { gateway: "smoltbot", data: [wanted], verified: false, at };
const say = (...containers: readonly ContainerFacts[]) =>
  spoken(dataContainers({ ...asked, host: host({ containers }) }));

test("a database that is as the stack file wants it passes, and so does one that is not there yet", () => {
  const passes = [`pass ${at}: no container of a database or of Redis is made anew`];
  expect(say(madeOf(wanted))).toEqual(passes);
  expect(say()).toEqual(passes);
});

test.each([
  ["another limit", { ...database, memoryMiB: 1024 }],
  ["another image", { ...database, image: "postgres:16.5" }],
  ["another health check", { ...database, health: { ...health, retries: 9 } }],
])(
  "a database that was made with %s is told to be made anew, with its volume and what it costs",
  (_, before) => {
    expect(say(madeOf(marked(before)))).toEqual([
      "warn container smoltbot-postgres: other settings than it was made with: it is stopped and made anew on volume smoltbot_pgdata, and requests of that moment have no postgres",
    ]);
  },
);

test("a container of somebody else under that name is for another gate to tell", () => {
  expect(say(container({ name: "smoltbot-postgres" }))[0]).toMatch(/^pass/);
});

test("a verified gateway whose volume is not on the host is not begun anew with an empty database, as after docker system prune --volumes or under another project (law 7)", () => {
  const found = (volumes: readonly string[], verified = true) =>
    spoken(dataContainers({ ...asked, verified, host: host({ volumes }) }));
  expect(found(["somebodys"])).toEqual([
    `block ${at}: no volume smoltbot_pgdata, though this stack has verified the gateway: it would begin with no data`,
  ]);
  expect(found(["smoltbot_pgdata"])[0]).toMatch(/^pass/);
  expect(found([], false)[0]).toMatch(/^pass/);
});

test("a daemon that nobody could ask is said to be unknown", () => {
  const findings = dataContainers({ ...asked, host: unavailable("no answer") });
  expect(spoken(findings)).toEqual([`unknown ${at}: no look at the Docker daemon: no answer`]);
});
