// Words of what an event of an alert changed.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')

export const historyEn = {
  title: 'History',
  more: (count: number) => plural(count, 'more entry', 'more entries'),
  earlier: (count: number) => `${plural(count, 'earlier entry', 'earlier entries')} not loaded`,
  unknownChange: 'What it changed is not known: the entry before it is not loaded.',
  regrouped: 'Grouped again. No change of content.',
  revisions: (first: number, last: number) =>
    first === last ? `Revision ${first}` : `Revisions ${first} to ${last}`,
  by: (name: string) => `by ${name}`,
  headline: 'headline',
  severity: 'severity',
  status: 'status',
  certainty: 'certainty',
  evidence: 'evidence',
  deaths: 'deaths',
  time: 'time',
  where: 'where',
  taken: 'owner',
  done: 'what was done',
  levels: 'levels',
  handling: 'handling',
  threshold: 'threshold',
  rule: 'rule',
  ruleIn: (id: string, version: number) => `${id}, version ${version}`,
  partOf: 'part of',
  nothing: 'nothing',
  otherPieces: (count: string) => `${count}, others among them`,
  explanation: 'why it was raised',
  levelsCame: 'new levels',
  levelsWent: 'levels no longer',
  came: 'new evidence',
  went: 'evidence no longer'
} as const
