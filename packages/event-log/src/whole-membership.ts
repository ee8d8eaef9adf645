// The membership of a log without shared roles: its one member always has every partition.

import type { Membership } from './port.ts'

/** A membership with all of `partitionCount` partitions. */
export function wholeMembership(partitionCount: number): Membership {
  return {
    partitions: Array.from({ length: partitionCount }, (_, i) => i),
    divided: Promise.resolve(),
    onChange: () => () => {},
    reweigh() {},
    failed: new Promise(() => {}),
    async leave() {}
  }
}
