// The siege against its definition: OCHA's criteria, evaluated over all incidents at once.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { siege } from '../../../src/patterns/siege/siege.ts'
import type { Category } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2024-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 500 * dayMs

interface Said extends Omit<Partial<ReportSketch>, 'at' | 'to' | 'id'> {
  readonly day: number
  readonly days?: number
}

function incident({ day: from, days = 0, ...sketch }: Said, i: number): Incident {
  return incidentFrom({
    id: `b${String(i).padStart(3, '0')}`,
    at: day(from),
    to: day(from + days),
    settlement: 'Diosso',
    ...sketch
  })
}

const findingsOf = (...said: readonly Said[]) => foldAll(siege, said.map(incident), horizonMs)
const onDay = (ms: number | null | undefined) =>
  typeof ms === 'number' ? Math.round((ms - originMs) / dayMs) : null

const criteria = ['blockade', 'movement-denied', 'aid-denied'] as const
const shows = (i: Incident, c: (typeof criteria)[number]) =>
  i.category === c || i.tactics.includes(c)
const speaks = (i: Incident) => criteria.some(c => shows(i, c))

interface Run {
  readonly fromMs: number
  readonly toMs: number
  readonly of: readonly Incident[]
}

/** The spans over which a criterion holds, with gaps of thirty days bridged. */
function runsOf(some: readonly Incident[], c: (typeof criteria)[number]): Run[] {
  const runs: Run[] = []
  for (const i of some.filter(s => shows(s, c))) {
    const last = runs.at(-1)
    if (last && i.fromMs - (last.toMs + 1) <= 30 * dayMs) {
      runs[runs.length - 1] = {
        fromMs: last.fromMs,
        toMs: Math.max(last.toMs, i.toMs),
        of: [...last.of, i]
      }
    } else runs.push({ fromMs: i.fromMs, toMs: i.toMs, of: [i] })
  }
  return runs
}

function entryIn(some: readonly Incident[]): { fromMs: number; held: Map<string, Run> } | null {
  const runs = criteria.map(c => runsOf(some, c))
  const covers = (r: Run, fromMs: number, toMs: number) => r.fromMs <= fromMs && r.toMs + 1 >= toMs
  const starts = runs.flat().map(r => r.fromMs)
  for (const fromMs of starts.sort((a, b) => a - b)) {
    const enteredMs = fromMs + 7 * dayMs
    if (runs.filter(list => list.some(r => covers(r, fromMs, enteredMs))).length < 2) continue
    const held = new Map<string, Run>()
    for (const [n, list] of runs.entries()) {
      const run = list.findLast(r => r.toMs + 1 >= enteredMs)
      if (run) held.set(criteria[n] as string, run)
    }
    return { fromMs, held }
  }
  return null
}

function plainly(
  all: readonly Incident[]
): { entered: number; to: number | null; full: number | null; levels: number }[] {
  const found: { entered: number; to: number | null; full: number | null; levels: number }[] = []
  let left = all.filter(i => i.passesGrade)
  for (;;) {
    const at = left.findIndex((_, i) => entryIn(left.slice(0, i + 1)) !== null)
    if (at === -1) return found
    const { fromMs, held } = entryIn(left.slice(0, at + 1)) as {
      fromMs: number
      held: Map<string, Run>
    }
    const entered = fromMs + 7 * dayMs
    const since = new Map([...held].map(([c, run]) => [c, run.fromMs]))
    const hunger = new Set(
      [...held.values()].flatMap(run => run.of).filter(i => i.tactics.includes('hunger'))
    )
    let access: Incident[] = []
    let endMs: number | null = null
    let heldToMs = Math.max(...left.slice(0, at + 1).flatMap(i => (speaks(i) ? i.toMs : [])))
    let next = at + 1
    for (; next < left.length; next++) {
      const i = left[next] as Incident
      if (endMs !== null && endMs <= i.fromMs) break
      if (i.tactics.includes('hunger')) hunger.add(i)
      if (speaks(i)) {
        access = []
        endMs = null
        heldToMs = Math.max(heldToMs, i.toMs)
        for (const c of criteria) if (shows(i, c) && !since.has(c)) since.set(c, i.fromMs)
      } else if (
        i.category === 'access-restored' &&
        (heldToMs <= i.toMs || heldToMs < i.toMs + 14 * dayMs)
      ) {
        const lastMs = Math.max(...access.map(a => a.toMs))
        if (endMs === null && access.length > 0 && i.fromMs > lastMs + 1 + 30 * dayMs) access = []
        access.push(i)
        const isConfirmed = new Set(access.flatMap(a => a.origins)).size >= 2
        if (endMs === null && isConfirmed) endMs = Math.max(i.fromMs, heldToMs) + 14 * dayMs
      }
    }
    const full = since.size < 3 ? null : Math.max(entered, ...since.values())
    const ages = [30, 90, 180, 365].filter(d => entered + d * dayMs <= (endMs ?? horizonMs)).length
    found.push({
      entered,
      to: endMs,
      full,
      levels: 1 + (full === null ? 0 : 1) + ages + Math.min(1, hunger.size)
    })
    if (endMs === null) return found
    left = left.slice(next)
  }
}

describe('siege', () => {
  it('enters, becomes full, ages and ends as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 300 }),
      days: fc.constantFrom(0, 0, 5, 10, 20),
      category: fc.constantFrom<Category>(
        'blockade',
        'blockade',
        'movement-denied',
        'aid-denied',
        'access-restored',
        'access-restored',
        'food-insecurity'
      ),
      tactics: fc.constantFrom<readonly string[]>([], [], ['hunger'], ['movement-denied']),
      source: fc.constantFrom('a', 'b', 'c'),
      credibility: fc.constantFrom<2 | 5>(2, 2, 2, 5)
    })
    let [entered, ended, full] = [0, 0, 0]
    fc.assert(
      fc.property(fc.array(saidArb, { minLength: 5, maxLength: 25, size: 'max' }), said => {
        const incidents = said.map(incident).sort(compareIncidents)
        const found = foldAll(siege, incidents, horizonMs)
        const shown = found.map(f => ({
          entered: f.levels[0]?.atMs,
          to: f.toMs,
          full: f.levels.find(l => l.reason === 'full')?.atMs ?? null,
          levels: f.levels.length
        }))
        expect(shown).toEqual(plainly(incidents))
        entered += found.length
        ended += found.filter(f => f.toMs !== null).length
        full += shown.filter(s => s.full !== null).length
      }),
      { numRuns: 500 }
    )
    expect(entered).toBeGreaterThan(200)
    expect(ended).toBeGreaterThan(8)
    expect(full).toBeGreaterThan(80)
  })

  it('bridges a gap of thirty whole days before entry, and none of thirty-one', () => {
    const blockade = (n: number): Said => ({
      day: n,
      category: 'blockade',
      tactics: ['movement-denied']
    })
    expect(findingsOf(blockade(0), blockade(31))).toHaveLength(1)
    expect(findingsOf(blockade(0), blockade(32))).toEqual([])
  })

  it('is not ended by access during what graded evidence reports as a siege', () => {
    const two = { category: 'blockade', tactics: ['movement-denied'] } as const
    const opened = (n: number): Said[] =>
      ['a', 'b'].map(source => ({ day: n, category: 'access-restored', source }))
    const endsOf = (...said: readonly Said[]) => findingsOf(...said).map(f => onDay(f.toMs))
    expect(endsOf({ day: 0, days: 30, ...two }, ...opened(9))).toEqual([null])
    expect(endsOf({ day: 0, days: 30, ...two }, ...opened(30))).toEqual([45])
    expect(
      endsOf({ day: 0, days: 11, ...two }, { day: 19, days: 69, ...two }, ...opened(31))
    ).toEqual([null])
    expect(
      endsOf(
        { day: 0, days: 11, ...two },
        { day: 19, days: 69, ...two, credibility: 5 },
        ...opened(31)
      )
    ).toEqual([45])
  })

  it('requires reports of access that belong together: thirty days apart, not thirty-one', () => {
    const two = { day: 0, days: 11, category: 'blockade', tactics: ['movement-denied'] } as const
    const word = (n: number, source: string): Said => ({
      day: n,
      category: 'access-restored',
      source
    })
    const endsOf = (...said: readonly Said[]) => findingsOf(two, ...said).map(f => onDay(f.toMs))
    expect(endsOf(word(31, 'a'), word(62, 'b'))).toEqual([76])
    expect(endsOf(word(31, 'a'), word(63, 'b'))).toEqual([null])
    expect(endsOf(word(31, 'a'), word(323, 'b'), word(330, 'a'))).toEqual([344])
  })
})
