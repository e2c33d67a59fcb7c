import { expect, test } from "vitest";
import { hostDisk, type DiskNeed } from "../../../components/docker/gates/host-disk";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { host, mebibyte } from "../facts";

const at = "Docker at ssh://root@edge-1";
const needs: readonly DiskNeed[] = [
  { what: "the images of 1.1.0", bytes: 300 * mebibyte },
  { what: "the copy that proves the backup", bytes: 200 * mebibyte },
];
const say = (free: number) =>
  spoken(
    hostDisk({
      host: host({ room: { disk: observed(free * mebibyte), memory: observed(0) } }),
      needs,
      at,
    }),
  );

test("a disk that just has room for all of it and what stays free passes (S-05)", () => {
  expect(say(1012)).toEqual([
    `pass ${at}: 1012 MiB free on the disk with /var/lib/docker, for 300 MiB for the images of 1.1.0, 200 MiB for the copy that proves the backup, 512 MiB that stay free`,
  ]);
});

test("a MiB less is refused: a database that cannot write stops (S-05)", () => {
  expect(say(1011)).toEqual([`block ${at}: 1011 MiB free on the disk with /var/lib/docker`]);
});

test("a full disk stops no way back that leaves the database alone (law 8)", () => {
  const full = host({ room: { disk: observed(0), memory: observed(0) } });
  expect(hostDisk({ host: full, needs, isBack: true, at })[0]?.verdict).toBe("warn");
});

test("a disk or a daemon that nobody could look at is unknown (S-05)", () => {
  const room = { disk: unavailable("no df on the host"), memory: observed(0) };
  expect(spoken(hostDisk({ host: host({ room }), needs, at }))).toEqual([
    `unknown ${at}: no look at the disk with /var/lib/docker: no df on the host`,
  ]);
  expect(spoken(hostDisk({ host: unavailable("refused"), needs, at }))).toEqual([
    `unknown ${at}: no look at the Docker daemon: refused`,
  ]);
});
