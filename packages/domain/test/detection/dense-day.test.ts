// A village and a day with hundreds of reports: the cost of one more does not grow with their
// number. Counted, not timed.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameMomentMax } from '../../src/detection/fold-order.ts'
import type { FoldWork } from '../../src/fold/fold-work.ts'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, testDigest, throughText } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const rules = [...defaultRules, ...defaultCompoundRules]
const day = '2024-03-01'
const village = { at: day, settlement: 'Ogossagou', admin1: 'ML-5', lat: 13.98, lon: -3.26 }

/** Ids that are unrelated to the order of arrival. */
function idOf(name: string, i: number): string {
  return testDigest(name, String(i))
}

function person(i: number, role: string) {
  return { key: `person-${i}`, role, kind: null, aliasKeys: [] }
}

const tales: Readonly<Record<string, (i: number) => ReportSketch>> = {
  'a report for each of the abducted': i => ({
    ...village,
    id: idOf('abducted', i),
    category: 'abduction',
    persons: [person(i, 'abducted')]
  }),
  'attacks by one source': i => ({
    ...village,
    id: idOf('attack', i),
    deaths: i % 3,
    actors: ['Katiba A']
  }),
  'attacks on civilians, name by name': i => ({
    ...village,
    id: idOf('killed', i),
    category: 'killing',
    persons: [person(i, 'killed')],
    targets: ['civilians'],
    deaths: 1
  })
}

function story(): FoldStory {
  const told = new FoldStory({ rules, start: '2020-01-01' })
  told.tick('2024-03-02')
  return told
}

/** Two reports complete one: hundreds of one village and day are of one group and one situation. */
const sequences: RuleVersion = {
  ruleId: 'threat-then-attack',
  ruleVersion: 1,
  pattern: 'sequence',
  parameters: {
    groupBy: 'settlement',
    steps: ['category == "threat"', 'category == "attack"'],
    withinDays: 45
  }
}

const sequencesOfSequences: RuleVersion = {
  ruleId: 'one-after-another',
  ruleVersion: 1,
  pattern: 'findings-sequence',
  parameters: {
    groupBy: 'settlement',
    of: [sequences.ruleId],
    steps: ['true', 'true'],
    withinDays: 45
  }
}
const reportedMs = Date.parse('2024-03-02T00:00:00.000Z')

function ofSequences(i: number): ReportSketch {
  return { ...village, id: idOf('sequence', i), category: i % 2 === 0 ? 'threat' : 'attack' }
}

/** The pairs of alert and finding that each record needs. */
function matchesOf(told: FoldStory, record: () => void): number {
  const before = told.fold.work.matches
  record()
  return told.fold.work.matches - before
}

function storyOfSequences(count: number): FoldStory {
  const told = new FoldStory({ rules: [sequences], start: '2020-01-01' })
  told.tick('2024-03-02')
  for (let i = 0; i < count; i++) told.report(ofSequences(i))
  return told
}

/** The work for the reports from one number to another. */
function workOf(tale: (i: number) => ReportSketch, from: number, to: number): FoldWork {
  const told = story()
  for (let i = 0; i < from; i++) told.report(tale(i))
  const before = { ...told.fold.work }
  for (let i = from; i < to; i++) told.report(tale(i))
  const { steps, pairs, matches } = told.fold.work
  return {
    steps: steps - before.steps,
    pairs: pairs - before.pairs,
    matches: matches - before.matches
  }
}

describe('a dense day', () => {
  it.each(Object.entries(tales))(
    'costs the same for each of %s',
    (_, tale) => {
      const [early, late] = [workOf(tale, 150, 200), workOf(tale, 350, 400)]
      expect(late.steps).toBeLessThanOrEqual(early.steps * 1.5)
      expect(late.matches).toBeLessThanOrEqual(early.matches * 1.5)
    },
    60_000
  )

  it('matches each sequence of a village with as few others, however many were completed before', () => {
    const told = storyOfSequences(600)
    const one = Math.max(
      ...[600, 601, 602, 603].map(i => matchesOf(told, () => told.report(ofSequences(i))))
    )
    expect(told.standing().length).toBeGreaterThan(200)
    expect(one).toBeGreaterThan(0)
    expect(one).toBeLessThanOrEqual(10)
  })

  it('says as little of sequences of those sequences, however many there are: what is reported later comes last', () => {
    const told = new FoldStory({ rules: [sequences, sequencesOfSequences], start: '2020-01-01' })
    told.tick('2024-03-02')
    const saidOf = (i: number) =>
      told.report({ ...ofSequences(i), reportedAt: formatTime(reportedMs + i * 1000) }).length
    for (let i = 0; i < 400; i++) saidOf(i)
    expect(told.standing(sequencesOfSequences.ruleId).length).toBeGreaterThan(50)
    const said = Array.from({ length: 40 }, (_, i) => saidOf(400 + i))
    expect(said.reduce((sum, count) => sum + count)).toBeGreaterThan(0)
    expect(Math.max(...said)).toBeLessThanOrEqual(6)
  })

  it('matches the sequences of a village with few others when its day is over, and after a restart', () => {
    const told = storyOfSequences(400)
    const alerts = told.standing().length
    expect(matchesOf(told, () => told.tick('2024-03-03'))).toBeLessThanOrEqual(20 * alerts)
    told.fold = throughText(told.fold)
    const retracted = told.standing().filter(({ status }) => status === 'retracted').length
    expect(retracted).toBeLessThan(alerts / 2)
    expect(matchesOf(told, () => told.report(ofSequences(400)))).toBeLessThanOrEqual(10)
    expect(matchesOf(told, () => told.report(ofSequences(401)))).toBeLessThanOrEqual(retracted + 10)
  })

  it('looks once at each retracted sequence of a village when another is completed', () => {
    const told = storyOfSequences(400)
    for (let i = 0; i < 400; i++) told.withdraw(idOf('sequence', i))
    const retracted = told.standing().filter(({ status }) => status === 'retracted').length
    expect(retracted).toBeGreaterThan(100)
    told.report(ofSequences(400))
    const another = matchesOf(told, () => told.report(ofSequences(401)))
    expect(told.standing().filter(({ status }) => status === 'retracted').length).toBe(
      retracted - 1
    )
    expect(another).toBeLessThanOrEqual(3 * retracted)
  })

  it('compares a bounded number of pairs of reports, however many sources report it', () => {
    const tale = (i: number) => ({
      ...village,
      id: idOf('voice', i),
      source: `voice-${i}`,
      deaths: 1
    })
    const told = new FoldStory({ rules: [], start: '2020-01-01' })
    told.tick('2024-03-02')
    const pairs: number[] = []
    for (let i = 0; i < 1_000; i++) {
      const before = told.fold.work.pairs
      told.report(tale(i))
      pairs.push(told.fold.work.pairs - before)
    }
    const [early, late] = [pairs.slice(400, 500), pairs.slice(900)].map(some =>
      some.reduce((sum, n) => sum + n, 0)
    ) as [number, number]
    expect(late).toBeLessThanOrEqual(early * 1.1)
  })

  it('compares no more pairs of reports beside crowds in other villages', () => {
    const told = new FoldStory({ rules: [], start: '2020-01-01' })
    told.tick('2024-03-02')
    const voice = (village: number, i: number): ReportSketch => ({
      ...{
        at: day,
        settlement: `Village ${village}`,
        admin1: 'ML-5',
        lat: 13.5 + village * 0.1,
        lon: -3.26,
        deaths: 1
      },
      id: idOf(`voice-${village}`, i),
      source: `voice-${village}-${i}`
    })
    const pairsOf = (village: number) => {
      const before = told.fold.work.pairs
      for (let i = 0; i < 300; i++) told.report(voice(village, i))
      return told.fold.work.pairs - before
    }
    // A few reports of a crowd are in it only from its 201st on.
    const alone = pairsOf(0)
    expect(pairsOf(1)).toBeLessThanOrEqual(alone)
    expect(pairsOf(2)).toBeLessThanOrEqual(alone)
  })

  it('ends in the same alerts in any order of arrival, once its day is over', () => {
    const count = 3 * sameMomentMax
    const reports = Array.from({ length: count }, (_, i): ReportSketch => {
      const elsewhere = i % 5 === 0 ? { settlement: 'Konna', lat: 14.94, lon: -3.89 } : {}
      return {
        ...village,
        ...elsewhere,
        id: idOf('mixed', i),
        category: i % 3 === 0 ? 'killing' : 'attack',
        targets: ['civilians'],
        deaths: i % 4
      }
    })
    const inOrder = storyOf(reports)
    fc.assert(
      fc.property(fc.shuffledSubarray(reports, { minLength: count }), shuffled => {
        expect(findingsOf(storyOf(shuffled))).toEqual(findingsOf(inOrder))
      }),
      { numRuns: runsOf(4, 2) }
    )
  })

  it('continues from a snapshot taken in the middle', () => {
    const tale = tales['attacks by one source'] as (i: number) => ReportSketch
    const told = story()
    for (let i = 0; i < 2 * sameMomentMax; i++) told.report(tale(i))
    const again = story()
    again.fold = throughText(told.fold)
    const further = (one: FoldStory) => {
      const events = Array.from({ length: 40 }, (_, i) => one.report(tale(1_000 + i))).flat()
      return [...events, ...one.tick('2024-03-03')]
    }
    const [first, second] = [further(told), further(again)]
    expect(first.length).toBeGreaterThan(0)
    expect(JSON.parse(JSON.stringify(second))).toEqual(JSON.parse(JSON.stringify(first)))
  })
})

function storyOf(reports: readonly ReportSketch[]): FoldStory {
  const told = story()
  for (const report of reports) told.report(report)
  told.tick('2024-03-03')
  return told
}

/** The findings of each rule. */
function findingsOf({ fold }: FoldStory): unknown {
  return JSON.parse(
    JSON.stringify(
      fold.previewGround('restricted').rules.map(({ rule, findings }) => [rule.ruleId, findings])
    )
  )
}
