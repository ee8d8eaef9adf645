// Words of the evidence of one alert: on the map, on the line of time, and in the list.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')

export const evidenceEn = {
  mark: 'Mark',
  knownThen: (named: number, total: number, at: string) =>
    `As known at ${at}: ${named === total ? plural(total, 'piece', 'pieces') : `${named} of ${plural(total, 'piece', 'pieces')}, those that were named`}. Each is described as it is known now.`,
  mayBe: (which: string) =>
    `May be the same event as: ${which}. The dead are counted once, in the highest estimate twice.`,
  notShown: (count: number) =>
    count === 1
      ? 'one that is not shown here'
      : `one of ${count.toLocaleString('en')} that are not shown here`,
  inCrowd:
    'Out of a crowd: of so many reports of one place and time it can’t be told which are of one event. It may be one with others.',
  narrative: (source: string) => `Text of the report of ${source}`,
  shapes: {
    ring: 'Ring: the place under siege.',
    cluster: 'Dashed outline: the cluster of its events.'
  }
} as const

/** The incidents that an alert rests on, and their reports. */
export const piecesEn = {
  title: 'Evidence',
  count: (count: number) => plural(count, 'incident', 'incidents'),
  shown: (count: number) => `newest ${count} shown`,
  sources: (count: number) => plural(count, 'source', 'sources'),
  trigger: 'trigger',
  support: 'supports only',
  withdrawn: 'withdrawn',
  isNew: 'new',
  incident: (id: string) => `Incident ${id}`,
  deaths: (words: string) => `deaths ${words}`,
  reportedAt: 'reported',
  credibility: (grade: number, meaning: string) => `credibility ${grade}, ${meaning}`,
  credibilities: [
    'confirmed',
    'probably true',
    'possibly true',
    'doubtful',
    'improbable',
    'cannot be judged'
  ],
  more: 'Reports and changes',
  all: (count: number) => `Show all ${count}`,
  omitted: (count: number) => `and ${count} more that are counted but not listed`,
  lost: (count: number) =>
    `${count} that are not known until the alert changes: the log has lost events of it`
} as const
