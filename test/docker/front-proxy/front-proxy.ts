import { setTimeout as pause } from "node:timers/promises";
import type { ProxyServer } from "../../../components/docker/proxy/haproxy-config";

/** A front proxy as a plain process of this machine. */
export interface FrontProxy {
  /** Sends what is new to another gateway, and returns once nothing is open with the old one. */
  readonly handOver: (to: ProxyServer, isEmpty: () => boolean) => Promise<void>;
  /** Changes its configuration; returns once the new one holds. */
  readonly change: () => Promise<void>;
  /** Lets another process of it take its place; returns once the old one was told to leave. */
  readonly upgrade: () => Promise<void>;
  /** Resolves once every process but the newest has ended. */
  readonly alone: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** How each is started on a port. */
export type StartProxy = (port: number, first: ProxyServer) => Promise<FrontProxy>;

/** Waits until it is so. @throws Error after 90 s */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > end) throw new Error("the front proxy did not get there within 90 s");
    await pause(100);
  }
}
