import { expect, test } from "vitest";
import { lookAtRoom } from "../../../components/docker/facts/look-at-room";
import { daemonFacts } from "../facts";
import { insteadOfSsh } from "../api/stand-in-ssh";

const address = { host: "ssh://root@edge-1", hostKey: "ssh-ed25519 AAAA" };
const look = () => lookAtRoom(address, daemonFacts({ name: "edge-1", root: "/var/lib/docker" }));

const DF = `echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo '/dev/vda 100 40 60 40% /'`;
const TABLES = `echo 'MemTotal: 2000 kB'; echo 'MemAvailable: 1000 kB'
  echo '  sl  local_address rem_address   st'; echo '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000'; echo 1024`;

test("a host that is reached by SSH tells its disk, memory and listeners in two logins, also if it has no IPv6", async () => {
  const { begun } = await insteadOfSsh(`for word; do last=$word; done; case "$last" in
    'df -Pk /var/lib/docker') ${DF} ;;
    'cat /proc/meminfo '*) ${TABLES}; echo 'cat: /proc/net/tcp6: No such file or directory' >&2; exit 1 ;;
    *) exit 9 ;; esac`);
  expect(await look()).toEqual({
    room: {
      disk: { observed: true, value: 60 * 1024 },
      memory: { observed: true, value: 1000 * 1024 },
    },
    listeners: { observed: true, value: [{ address: "127.0.0.1", port: 8080 }] },
    lowestPort: 1024,
  });
  expect(await begun()).toBe(2);
});

test("a host that lets nobody in is told in the words of ssh, without its command line", async () => {
  await insteadOfSsh("echo 'Permission denied (publickey).' >&2; exit 255");
  const reason = "ssh root@edge-1: Permission denied (publickey).";
  expect((await look()).room.disk).toEqual({ observed: false, reason });
});
