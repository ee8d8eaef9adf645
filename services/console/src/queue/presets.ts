// Filters with a name. None is stored: each is an address, to be kept as a bookmark or sent to
// others.

import { me, noOwner, type QueueFilter, wholeQueue } from './queue-filter.ts'

export const presets = ['whole', 'unacknowledged', 'mine', 'closed', 'severe', 'new'] as const
export type Preset = (typeof presets)[number]

const members: Readonly<Record<Preset, Partial<QueueFilter>>> = {
  whole: {},
  unacknowledged: { unacknowledged: true, sort: 'waiting' },
  mine: { owner: [me] },
  closed: { status: 'closed', sort: 'newest' },
  severe: { owner: [noOwner], severity: ['extreme', 'severe'], withDrills: false },
  new: { owner: [noOwner], sort: 'newest', withOldNews: false }
}

/** How the list is grouped stays as the officer has it. */
export function presetFilter(preset: Preset, { group }: QueueFilter): QueueFilter {
  return { ...wholeQueue, ...members[preset], group }
}
