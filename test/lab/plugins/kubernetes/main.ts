import { startProvider } from "../protocol/start-provider";
import { check } from "./check";
import { checkConfig, diffConfig } from "./config-rpc";
import { create } from "./create";
import { remove } from "./delete";
import { diff } from "./diff";
import { unsupported } from "./options";
import { read } from "./read";
import { openSession, type Session } from "./session";
import { update } from "./update";

const version = "4.32.0";

let opened: Promise<Session> | undefined;

function session(): Promise<Session> {
  return opened ?? Promise.reject(new Error("the provider has not been configured"));
}

startProvider({
  version,
  checkConfig,
  diffConfig,
  configure: async (config) => {
    opened = openSession(config);
    await opened;
  },
  check: async (call) => await check(await session(), call),
  diff: async (call) => await diff(await session(), call),
  create: async (call) => await create(await session(), call),
  update: async (call) => await update(await session(), call),
  read: async (call) => await read(await session(), call),
  delete: async (call) => {
    await remove(await session(), call);
  },
  invoke: ({ token }) => Promise.reject(new Error(unsupported(token))),
  construct: (type) => Promise.reject(new Error(unsupported(type))),
});
