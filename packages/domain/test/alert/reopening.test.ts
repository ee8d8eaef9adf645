// Which withdrawn alert is reopened: by the same situation from other reports, never by a true
// event beside a hoax.

import { describe, expect, it } from 'vitest'
import type { ExampleIncident, PatternExample, PatternWords } from '../../src/detection/pattern.ts'
import {
  compoundPatterns,
  defaultCompoundRules,
  defaultRules,
  patterns
} from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime, parseTimeMs } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { moved } from '../told-again.ts'

/** 310 km to the south. */
const farDegrees = 2.79

const near = (given: ExampleIncident): ExampleIncident => given

/** The same days, actors and areas, but another place and other people. */
function far(given: ExampleIncident): ExampleIncident {
  const { lat = 14, settlement, persons } = given
  // The ways into Bamako lie around Bamako: elsewhere are those into Ouagadougou.
  if (
    given.admin1 === 'ML-BKO' ||
    given.tactics?.includes('road-block') ||
    given.tactics?.includes('convoy')
  )
    return {
      ...given,
      lat: lat - 0.284,
      lon: (given.lon ?? -5) + 6.466,
      admin1: 'BF-03',
      country: 'BF'
    }
  return {
    ...given,
    lat: lat - farDegrees,
    ...(settlement === undefined ? {} : { settlement: `Far ${settlement}` }),
    ...(persons === undefined ? {} : { persons: persons.map(p => ({ ...p, key: `far-${p.key}` })) })
  }
}

function sketchOf({ actor, credibility, ...given }: ExampleIncident, id: string): ReportSketch {
  return {
    source: 'wire-1',
    ...given,
    id,
    ...(actor === undefined ? {} : { actors: [actor] }),
    ...(credibility === undefined ? {} : { credibility: credibility as 2 })
  }
}

interface Case {
  readonly id: string
  /** What reopens an alert although none of its reports has come back; null: nothing. */
  readonly comesBackBy: PatternWords['comesBackBy'] | undefined
  readonly examples: readonly PatternExample[]
  readonly rules: readonly RuleVersion[]
}

const cases: readonly Case[] = [
  ...[...patterns.values()].map(({ id, words, examples }) => ({
    id,
    comesBackBy: words?.comesBackBy,
    examples,
    rules: [{ ruleId: id, ruleVersion: 1, pattern: id, parameters: {} }]
  })),
  ...defaultCompoundRules.map(({ pattern }) => ({
    id: pattern,
    comesBackBy: compoundPatterns.get(pattern)?.words?.comesBackBy,
    examples: compoundPatterns.get(pattern)?.examples ?? [],
    rules: [...defaultRules, ...defaultCompoundRules]
  }))
]

/** Folds an example, withdraws it, then reports it again from other reports, changed by `form`. */
function toldAgain(
  { id, examples, rules }: Case,
  form: (given: ExampleIncident) => ExampleIncident
) {
  const firing = examples.filter(e => e.expect.some(({ open }) => open))
  const example = (firing.find(e => e.given.some(g => g.settlement !== undefined)) ??
    firing[0]) as PatternExample
  const sources = [...new Set(['wire-1', ...example.given.map(g => g.source ?? 'wire-1')])].sort()
  const story = new FoldStory({ start: '2020-01-01', rules, sources })
  story.take({
    type: 'theatre.configured',
    data: { id: 'sahel', countries: null, polygon: null, clock: 'replay', retentionDays: 5000 }
  })
  story.report({
    id: 'long-ago',
    at: '2020-01-01',
    category: 'other',
    settlement: 'Diffa',
    admin1: 'NE-2',
    country: 'NE'
  })
  for (const [i, given] of example.given.entries()) story.report(sketchOf(given, `hoax-${i}`))
  // Every source reports later days, so that absence counts; on something that no rule reads.
  const heard = formatTime(parseTimeMs(example.horizon.slice(0, 10)) + 4 * dayMs)
  for (const source of sources) {
    story.report({
      id: `last-${source}`,
      source,
      at: heard.slice(0, 10),
      category: 'statistic',
      admin1: 'AQ-1',
      country: 'AQ'
    })
  }
  story.tick(moved(example.horizon.slice(0, 10), 5))
  const hoax = story.standing(id).map(({ alertId }) => alertId)
  for (const i of example.given.keys()) story.withdraw(`hoax-${i}`)
  expect(story.standing(id).map(({ status }) => status)).toEqual(hoax.map(() => 'retracted'))
  const before = story.events.length
  for (const [i, given] of example.given.entries()) story.report(sketchOf(form(given), `true-${i}`))
  story.tick(`${moved(example.horizon.slice(0, 10), 5)}T00:01:00.000Z`)
  const stands = story.standing(id).filter(({ status }) => status !== 'retracted')
  const cameBack = story.events
    .slice(before)
    .filter(({ type, data }) => type === 'alert.reopened' && hoax.includes(data.alertId))
  return {
    hoax,
    raised: stands.filter(({ alertId }) => !hoax.includes(alertId)).length,
    reopened: new Set(cameBack.map(({ data }) => data.alertId)).size
  }
}

describe.each(cases)('$id', subject => {
  it('raises a new alert for a true event far from a withdrawn one, in the same group on the same days', () => {
    const { hoax, raised, reopened } = toldAgain(subject, far)
    expect(hoax.length).toBeGreaterThan(0)
    expect({ raised, reopened }).toEqual({ raised: hoax.length, reopened: 0 })
  })

  it('reopens its alert for the same again from other reports, if its words say so', () => {
    const { hoax, raised, reopened } = toldAgain(subject, near)
    expect(subject.comesBackBy).not.toBe(undefined)
    const comesBack = subject.comesBackBy !== null
    expect({ raised, reopened }).toEqual(
      comesBack ? { raised: 0, reopened: hoax.length } : { raised: hoax.length, reopened: 0 }
    )
  })
})

const rulesOf = (...ids: string[]) => defaultRules.filter(({ ruleId }) => ids.includes(ruleId))

const massacre = (id: string, more: Partial<ReportSketch> = {}): ReportSketch => ({
  id,
  at: '2025-05-05',
  category: 'attack-on-civilians',
  deaths: 30,
  admin1: 'ML-5',
  lat: 14.5,
  lon: -4,
  ...more
})

describe('a massacre that was withdrawn', () => {
  const begun = () => {
    const story = new FoldStory({ rules: rulesOf('mass-casualty') })
    story.tick('2025-05-06')
    return story
  }

  it('is not confirmed by another one 310 km away on the same day', () => {
    const story = begun()
    story.report(massacre('hoax'))
    story.withdraw('hoax')
    const [raised, ...more] = story.report(
      massacre('true', { lat: 14.5 - farDegrees, source: 'wire-2' })
    )
    expect([raised?.type, more]).toEqual(['alert.raised', []])
    expect(story.standing().map(({ status }) => status)).toEqual(['retracted', 'provisional'])
    expect(story.standing()[1]?.references).toEqual([])
  })

  it.each([
    ['at the same settlement', { settlement: 'Dioura' }, { settlement: 'Dioura' }],
    ['at a point 8 km away, a day later', {}, { lat: 14.5 + 8 / 111, at: '2025-05-06' }],
    ['at a point 8 km away across the date line', { lon: 179.98 }, { lon: -179.95 }]
  ])('is reopened by others that report one %s', (_where, hoax, again) => {
    const story = begun()
    story.report(massacre('hoax', hoax))
    story.withdraw('hoax')
    const [event] = story.report(massacre('again', { source: 'wire-2', ...again }))
    expect([event?.type, story.standing().length]).toEqual(['alert.reopened', 1])
    // The withdrawn reports did not come back, and the alert states so.
    expect(event?.data).toMatchObject({ reason: 'same-situation' })
  })
})

describe('abductions that were withdrawn', () => {
  const abduction = (id: string, more: Partial<ReportSketch> = {}): ReportSketch => ({
    id,
    at: '2025-05-05',
    category: 'abduction',
    settlement: 'Dioura',
    ...more
  })
  const named = (key: string) => ({
    persons: [{ key, role: 'abducted', kind: null, aliasKeys: [] }]
  })
  const toldAfter = (hoax: Partial<ReportSketch>, again: Partial<ReportSketch>) => {
    const story = new FoldStory({ rules: rulesOf('abduction-to-killing') })
    story.tick('2025-05-06')
    story.report(abduction('hoax', hoax))
    story.withdraw('hoax')
    return story.report(abduction('again', { source: 'wire-2', ...again })).map(({ type }) => type)
  }

  it('are reopened by the same person, wherever that person was taken', () => {
    expect(toldAfter(named('k1'), { ...named('k1'), settlement: 'Boulkessi' })).toEqual([
      'alert.reopened'
    ])
  })

  it('are not reopened by another person of the same village and day', () => {
    expect(toldAfter(named('k1'), named('k2'))).toEqual(['alert.raised'])
  })
})

describe('an area whose attacks become known differently', () => {
  const countOf = (id: string, more: Partial<RuleVersion> = {}): RuleVersion => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: 'count',
    parameters: { threshold: 2, windowDays: 5 },
    ...more
  })
  const report = (story: FoldStory, id: string, day: number, more: Partial<ReportSketch> = {}) =>
    story.report({
      id,
      at: formatTime(Date.UTC(2025, 4, day)).slice(0, 10),
      lat: 14 + day / 10,
      ...more
    })

  it('is raised anew if all its former reports were withdrawn', () => {
    const story = new FoldStory({ rules: [countOf('busy')] })
    story.tick('2025-05-06')
    for (const id of ['a', 'b']) report(story, id, id === 'a' ? 1 : 2)
    for (const id of ['a', 'b']) story.withdraw(id)
    for (const id of ['c', 'd']) report(story, id, id === 'c' ? 1 : 2, { source: 'wire-2' })
    expect(story.standing().map(({ status }) => status)).toEqual(['retracted', 'provisional'])
  })

  it('is reopened if the rule groups by settlement: that identifies a situation', () => {
    const story = new FoldStory({ rules: [countOf('busy', { groupBy: ['settlement'] })] })
    story.tick('2025-05-06')
    const at = (settlement: string) => ({ settlement, lat: settlement === 'Dioura' ? 14 : 17 })
    for (const id of ['a', 'b']) report(story, id, id === 'a' ? 1 : 2, at('Dioura'))
    for (const id of ['a', 'b']) story.withdraw(id)
    for (const id of ['c', 'd'])
      report(story, id, id === 'c' ? 1 : 2, { ...at('Dioura'), source: 'wire-2' })
    for (const id of ['e', 'f']) report(story, id, id === 'e' ? 1 : 2, at('Boulkessi'))
    expect(story.standing().map(({ status, group }) => [status, group.settlement])).toEqual([
      ['provisional', 'Dioura'],
      ['provisional', 'Boulkessi']
    ])
    expect(story.events.filter(({ type }) => type === 'alert.reopened').length).toBe(1)
  })
})
