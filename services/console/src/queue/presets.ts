// Filters with a name. None is stored: each is an address, to be kept as a bookmark or sent to
// others.

import { inCountry } from './queue-choices.ts'
import { type QueueFilter, wholeQueue } from './queue-filter.ts'

export const presets = ['whole', 'unanswered', 'mine', 'severe', 'new'] as const
export type Preset = (typeof presets)[number]

const members: Readonly<Record<Preset, Partial<QueueFilter>>> = {
  whole: {},
  unanswered: { unanswered: true, sort: 'waiting' },
  mine: { holder: 'mine' },
  severe: { holder: 'nobody', severity: ['extreme', 'severe'], withDrills: false },
  new: { holder: 'nobody', sort: 'newest', withOldNews: false }
}

/** How the list is grouped stays as the officer has it. */
export function presetFilter(preset: Preset, { group }: QueueFilter): QueueFilter {
  return { ...wholeQueue, ...members[preset], group }
}

/** That country alone, of what is listed now. */
export function countryFilter(country: string, filter: QueueFilter): QueueFilter {
  return inCountry(filter, country)
}
