// The membership of a log whose roles are not shared: the one member has every partition, from the beginning to the end.

import type { Membership } from './port.ts'

/** All of so many partitions, for as long as it lasts. */
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
