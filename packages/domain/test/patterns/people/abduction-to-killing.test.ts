// Abduction to killing: against a simple reading of each person's events, and single cases as text.

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { abductionToKilling } from '../../../src/patterns/people/abduction-to-killing.ts'
import type { PersonKey } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { course, FoldStory, type ReportSketch } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2025-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)

function person(key: string, more: Partial<PersonKey> = {}): PersonKey {
  return { key, role: null, kind: null, aliasKeys: [], ...more }
}

let count = 0
function incident(sketch: Omit<ReportSketch, 'id'>): Incident {
  return incidentFrom({
    id: `i${String(count++).padStart(4, '0')}`,
    settlement: 'Tonka',
    ...sketch
  })
}

const taken = (at: number, ...persons: PersonKey[]) =>
  incident({ at: day(at), category: 'abduction', persons })
const killed = (at: number, ...persons: PersonKey[]) =>
  incident({ at: day(at), category: 'killing', persons })

function seen(incidents: readonly Incident[], horizon: number, overrides = {}) {
  const findings = foldAll(abductionToKilling, incidents, startMs + horizon * dayMs, overrides)
  return findings.map(f => ({ levels: f.levels.map(l => l.reason), open: f.toMs === null }))
}

type Kind = 'taken' | 'killed' | 'freed' | 'found' | 'seen'
interface Deed {
  readonly day: number
  readonly kind: Kind
  readonly who: 'a' | 'b'
  readonly isPublic: boolean
}

const categories = {
  taken: 'abduction',
  killed: 'killing',
  freed: 'release',
  found: 'other',
  seen: 'threat'
} as const
const tactics = {
  taken: [],
  killed: [],
  freed: [],
  found: ['other:body-found'],
  seen: ['hostage-video']
} as const

interface Life {
  readonly who: string
  readonly fromMs: number
  toMs: number | null
  lastMs: number
  isDead: boolean
  readonly reasons: string[]
}

/**
 * The history of one person. Killings and releases of the same day count although they precede the
 * abduction in the fold.
 */
function livesOf(
  who: string,
  all: readonly { incident: Incident; deed: Deed }[],
  horizonMs: number
): Life[] {
  const mine = all.filter(e => e.deed.who === who)
  const lives: Life[] = []
  const open = () => lives.find(l => l.toMs === null)
  const apply = (life: Life, { incident: { fromMs, toMs }, deed }: (typeof mine)[number]) => {
    life.lastMs = Math.max(life.lastMs, toMs)
    if ((deed.kind === 'killed' || deed.kind === 'found') && !life.isDead) {
      life.isDead = true
      life.reasons.push(deed.kind === 'found' ? 'body found' : 'killing')
    }
    if (deed.kind === 'freed' || deed.kind === 'found') life.toMs = fromMs
  }
  const age = (ms: number) => {
    const life = open()
    if (life && life.lastMs + 180 * dayMs <= ms) life.toMs = life.lastMs + 180 * dayMs
  }
  mine.forEach((event, k) => {
    age(event.incident.fromMs)
    const life = open()
    if (event.deed.kind !== 'taken') {
      if (life) apply(life, event)
      return
    }
    if (life) {
      life.lastMs = Math.max(life.lastMs, event.incident.toMs)
      if (event.deed.isPublic && !life.reasons.includes('public figure'))
        life.reasons.push('public figure')
      return
    }
    const { fromMs, toMs } = event.incident
    const born: Life = {
      who,
      fromMs,
      toMs: null,
      lastMs: toMs,
      isDead: false,
      reasons: ['abduction']
    }
    if (event.deed.isPublic) born.reasons.push('public figure')
    lives.push(born)
    const sameDay = mine
      .slice(0, k)
      .filter(e => e.incident.fromMs === fromMs && e.deed.kind !== 'taken')
    for (const earlier of sameDay) if (born.toMs === null) apply(born, earlier)
  })
  age(horizonMs)
  return lives
}

const fired = { abductions: 0, killings: 0, ends: 0, agedOut: 0 }

describe('abduction to killing', () => {
  const deed: fc.Arbitrary<Deed> = fc.record({
    day: fc.integer({ min: 0, max: 40 }).map(n => n * 9),
    kind: fc.constantFrom<Kind>('taken', 'taken', 'taken', 'killed', 'freed', 'found', 'seen'),
    who: fc.constantFrom('a', 'b'),
    isPublic: fc.boolean()
  })

  it('is what a simple reading of every person finds (400 stories)', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 14 }), deeds => {
        const all = deeds
          .map((d, i) => ({
            deed: d,
            incident: incidentFrom({
              id: `d${String(i).padStart(2, '0')}`,
              at: day(d.day),
              category: categories[d.kind],
              tactics: tactics[d.kind],
              settlement: 'Tonka',
              persons: [person(d.who, { kind: d.isPublic ? 'Public figures' : null })]
            })
          }))
          .sort((x, y) => compareIncidents(x.incident, y.incident))
        const horizonMs = startMs + 400 * dayMs
        const findings = foldAll(
          abductionToKilling,
          all.map(e => e.incident),
          horizonMs
        )
        const told = findings
          .map(f =>
            JSON.stringify([
              f.triggers[0]?.persons[0]?.key,
              f.fromMs,
              f.toMs,
              f.levels.map(l => l.reason).sort()
            ])
          )
          .sort()
        const lives = [...livesOf('a', all, horizonMs), ...livesOf('b', all, horizonMs)]
        expect(told).toEqual(
          lives.map(l => JSON.stringify([l.who, l.fromMs, l.toMs, [...l.reasons].sort()])).sort()
        )
        fired.abductions += lives.length
        fired.killings += lives.filter(l => l.isDead).length
        fired.ends += lives.filter(l => l.toMs !== null).length
        fired.agedOut += lives.filter(l => l.toMs === l.lastMs + 180 * dayMs).length
      }),
      { numRuns: runsOf(400, 10) }
    )
  })

  afterAll(() => {
    expect(Math.min(...Object.values(fired))).toBeGreaterThan(shareOf(20, 400, 10))
  })

  it('links reports without names by place and time alone, and never to somebody who is named', () => {
    expect(seen([taken(0), killed(9)], 20)).toEqual([
      { levels: ['abduction', 'killing'], open: true }
    ])
    expect(seen([taken(0), killed(30)], 40)).toEqual([{ levels: ['abduction'], open: true }])
    const elsewhere = incident({ at: day(9), category: 'killing', settlement: 'Gao', lat: 16.3 })
    expect(seen([taken(0), elsewhere], 20)).toEqual([{ levels: ['abduction'], open: true }])
    expect(seen([taken(0, person('a')), killed(9)], 20)).toEqual([
      { levels: ['abduction'], open: true }
    ])
  })

  it('takes a soldier as none of the abducted without names, unless soldiers were abducted', () => {
    const nameless = (at: number, category: 'abduction' | 'killing', ...targets: string[]) =>
      incident({ at: day(at), category, targets })
    const levels = (...incidents: readonly Incident[]) =>
      seen(incidents, 20).map(f => f.levels.length)
    expect(levels(nameless(0, 'abduction'), nameless(9, 'killing', 'military'))).toEqual([1])
    expect(
      levels(nameless(0, 'abduction', 'villagers'), nameless(9, 'killing', 'military'))
    ).toEqual([1])
    expect(
      levels(nameless(0, 'abduction', 'soldiers'), nameless(9, 'killing', 'villagers'))
    ).toEqual([1])
    expect(
      levels(nameless(0, 'abduction', 'soldiers'), nameless(9, 'killing', 'military'))
    ).toEqual([2])
    expect(
      levels(nameless(0, 'abduction', 'villagers'), nameless(9, 'killing', 'civilians'))
    ).toEqual([2])
    expect(levels(nameless(0, 'abduction', 'soldiers'), nameless(9, 'killing'))).toEqual([2])
  })

  it('reports missing proof of life only once all live sources have reported later', () => {
    const rule = {
      ruleId: 'abduction-to-killing',
      ruleVersion: 1,
      pattern: 'abduction-to-killing',
      parameters: { proofOfLifeDays: 30 }
    }
    const story = new FoldStory({ rules: [rule], sources: ['wire-1'], start: day(0) })
    story.tick(day(1))
    story.report({
      id: 'x',
      at: day(1),
      category: 'abduction',
      settlement: 'Tonka',
      persons: [person('a')]
    })
    expect(course(story.tick(day(40)))).toEqual([])
    expect(course(story.report({ id: 'y', at: day(39), settlement: 'Gao' }))).toEqual([
      'escalated abduction-to-killing 2'
    ])
    const video = { category: 'threat', tactics: ['hostage-video'], settlement: 'Tonka' } as const
    story.report({ id: 'z', at: day(20), ...video, persons: [person('a')] })
    expect(story.standing()[0]?.levels.map(l => l.reason)).toEqual(['abduction'])
  })
})
