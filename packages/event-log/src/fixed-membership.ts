// The membership of a log without shared roles: its members' shares are fixed when the log is
// opened.

import type { Membership } from './port.ts'

/** One of `of` equal members that divide the partitions among themselves: `index` counts from 0. */
export interface FixedShare {
  readonly index: number
  readonly of: number
}

/** The share of a sole member. */
export const wholeShare: FixedShare = { index: 0, of: 1 }

/**
 * The partitions p of `partitionCount` with p mod `of` = `index`: every partition belongs to
 * exactly one of the members.
 */
export function createFixedMembership(
  partitionCount: number,
  { index, of }: FixedShare = wholeShare
): Membership {
  const all = Array.from({ length: partitionCount }, (_, i) => i)
  return {
    partitions: all.filter(partition => partition % of === index),
    divided: Promise.resolve(),
    onChange: () => () => {},
    reweigh() {},
    failed: new Promise(() => {}),
    async leave() {}
  }
}
