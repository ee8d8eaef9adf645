// Words of the evidence of one alert: on the map, on the line of time, and in the list.

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

export const evidenceEn = {
  mark: 'Mark',
  markWhat: (what: string) => `Mark on the map and the line of time: ${what}`,
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
    arc: (places: string) => `Numbers: the order in which places were hit first: ${places}.`,
    arcPlace: (number: number, name: string) => `${number} ${name}`,
    arcUnordered: (places: string) =>
      `Dashed line: the places that it reached, ${places}. Their dates leave the order open.`,
    unnamed: 'a place without a name',
    arcOpen: 'The same number, and no arrow: their dates leave the order open.',
    ways: (hub: string, count: number) =>
      `Bands: ${count === 1 ? 'the way' : `${count} ways`} into ${hub} on which it was hit, as wide as the places of the hits are uncertain. Roads are not known.`,
    cluster: 'Dashed outline: the cluster of its events.'
  }
} as const

/** What an event of an alert changed. */
export const historyEn = {
  title: 'What changed, and when',
  earlier: (count: number) => plural(count, 'earlier event', 'earlier events'),
  unknownChange: 'What it changed is not known here: the event before it was not loaded.',
  by: (name: string) => `by ${name}`,
  before: 'before',
  after: 'after',
  what: 'what',
  headline: 'headline',
  severity: 'severity',
  status: 'status',
  certainty: 'certainty',
  evidence: 'evidence',
  deaths: 'deaths',
  time: 'time',
  where: 'where',
  taken: 'taken',
  done: 'what was done',
  levels: 'levels',
  handling: 'handling',
  threshold: 'threshold',
  rule: 'rule',
  ruleIn: (id: string, version: number) => `${id}, version ${version}`,
  partOf: 'part of',
  nothing: 'nothing',
  otherPieces: (count: string) => `${count}, others among them`,
  explanation: 'why it fired',
  levelsCame: 'new levels',
  levelsWent: 'levels no longer',
  came: 'new evidence',
  went: 'evidence no longer'
} as const
