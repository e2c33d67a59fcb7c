import { expect, test } from "vitest";
import { bamfPlace } from "./around";
import { clientArguments } from "./users";

const place = bamfPlace("demo-prod");
const valueOf = (words: readonly string[], flag: string): string | undefined =>
  words[words.indexOf(flag) + 1];

test("users find API and bridges by the names of their Services, and Redis beside them", () => {
  const words = clientArguments(place, { hold: 200, openEveryMs: 250 });
  expect(words[0]).toBe("client");
  expect(valueOf(words, "-api")).toBe("http://bamf-api.demo-prod.svc.cluster.local:8000");
  expect(valueOf(words, "-dial")).toBe("bamf-bridge-{ordinal}.demo-prod.svc.cluster.local:8443");
  expect(valueOf(words, "-redis")).toBe("redis://redis.demo-prod-around.svc.cluster.local:6379");
  expect([valueOf(words, "-hold"), valueOf(words, "-open-every")]).toEqual(["200", "250ms"]);
});

test("users open no further tunnels unless they are told to, and are as far away as where the product was watched", () => {
  const words = clientArguments(place, { hold: 1, flags: ["-protocol", "ssh-audit"] });
  expect(["-hold-every", "-open-every", "-round-trip"].map((flag) => valueOf(words, flag))).toEqual(
    [...["100ms", "0ms", "40ms"]],
  );
  expect(words.slice(-2)).toEqual(["-protocol", "ssh-audit"]);
});
