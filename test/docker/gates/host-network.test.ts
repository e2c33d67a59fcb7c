import { expect, test } from "vitest";
import { hostNetwork } from "../../../components/docker/gates/host-network";
import { unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host } from "../facts";

const at = "gateways:smoltbot.docker.network";
const say = ({
  networks = ["bridge", "docker_default"],
  ...change
}: Partial<{
  networks: readonly string[];
  network: string;
  isNamed: boolean;
  verified: boolean;
}> = {}) =>
  spoken(
    hostNetwork({
      host: host({ networks }),
      network: "docker_default",
      isNamed: true,
      verified: true,
      at,
      ...change,
    }),
  );

test("a network that is there passes, whoever has made it", () => {
  expect(say()).toEqual([`pass ${at}: network docker_default, which is there`]);
  expect(say({ isNamed: false })).toEqual(say());
});

test("a named network that is not there stops the run before PostgreSQL is removed to be made anew on it (S-12)", () => {
  expect(say({ network: "docker_defualt" })).toEqual([
    `block ${at}: network docker_defualt, which is not on the host: it has bridge, docker_default`,
  ]);
  expect(say({ network: "n", networks: [] })).toEqual([
    `block ${at}: network n, which is not on the host: it has none`,
  ]);
});

test("one that this program makes passes before a first install, and is told once somebody has removed it", () => {
  const gone = { isNamed: false, networks: ["bridge"] };
  expect(say({ ...gone, verified: false })).toEqual([
    `pass ${at}: network docker_default, which this program makes`,
  ]);
  expect(say(gone)).toEqual([`warn ${at}: network docker_default, which is not there any more`]);
});

test("without a look at the daemon it is unknown", () => {
  const args = { network: "n", isNamed: true, verified: true, at };
  expect(spoken(hostNetwork({ host: unavailable("refused"), ...args }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
