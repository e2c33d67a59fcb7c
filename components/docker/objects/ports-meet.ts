/** A port at an address of the host: `0.0.0.0`, `::`, `127.0.0.1`. */
export interface HostPort {
  readonly address: string;
  readonly port: number;
}

/** Two addresses meet on one port if they are the same, or one of them means all. */
export const portsMeet = (one: HostPort, other: HostPort): boolean =>
  one.port === other.port &&
  (one.address === other.address || isAny(one.address) || isAny(other.address));

const isAny = (address: string): boolean => ["0.0.0.0", "::", "*", ""].includes(address);
