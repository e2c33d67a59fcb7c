import { describe, expect, test } from "vitest";
import { availableIn, freeIn, listenersIn } from "../../../components/docker/facts/read-room";

describe("what a host tells of its room", () => {
  test("is the available column of df in bytes (S-05)", () => {
    const answer = `Filesystem 1024-blocks    Used Available Capacity Mounted on
/dev/vda1     41251136 9876543  29612345      26% /var/lib/docker
`;
    expect(freeIn(answer)).toBe(29_612_345 * 1024);
    expect(() => freeIn("df: /nowhere: No such file or directory")).toThrow("no free room");
  });

  test("is MemAvailable, and not what is free (S-05)", () => {
    const meminfo = "MemTotal: 4000 kB\nMemFree: 100 kB\nMemAvailable:    2000 kB\n";
    expect(availableIn(meminfo)).toBe(2000 * 1024);
    expect(() => availableIn("MemTotal: 1 kB")).toThrow("no available memory");
  });

  test("names every socket that listens, and no connection (T-46)", () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:2253 00000000:0000 0A 00000000:00000000
   1: 00000000:0016 00000000:0000 0A 00000000:00000000
   2: 0100007F:2253 0100007F:C350 01 00000000:00000000
   3: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0`;
    expect(listenersIn(table)).toEqual([
      { address: "127.0.0.1", port: 8787 },
      { address: "0.0.0.0", port: 22 },
      { address: "::", port: 8080 },
    ]);
  });
});
