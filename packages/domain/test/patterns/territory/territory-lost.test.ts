import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { territoryLost } from '../../../src/patterns/territory/territory-lost.ts'
import type { Category } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import type { ReportSketch } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 900 * dayMs

interface Said extends Omit<Partial<ReportSketch>, 'at' | 'to' | 'id'> {
  readonly day: number
  readonly days?: number
}

function incident({ day: from, days = 0, ...sketch }: Said, i: number): Incident {
  return incidentFrom({
    id: `t${String(i).padStart(3, '0')}`,
    at: day(from),
    to: day(from + days),
    settlement: 'Farabougou',
    category: 'territory-seized',
    ...sketch
  })
}

const perpetrators = (i: Incident) => i.actors.map(a => a.name.toLowerCase())
const isRule = (i: Incident) => i.category === 'imposed-rule' || i.tactics.includes('tax')
const isShut = (i: Incident) => i.tactics.includes('other:forces-shut-out')
const isSeized = (i: Incident) => i.category === 'territory-seized'

/** Losses of one settlement by definition: each prefix of the incidents evaluated anew. */
function plainly(all: readonly Incident[]): { entered: number; to: number | null }[] {
  const found: { entered: number; to: number | null }[] = []
  let left = all.filter(i => i.passesGrade)
  let retakers: string[] = []
  for (;;) {
    const candidates = left.filter(
      i =>
        (isRule(i) || isShut(i) || isSeized(i)) && !perpetrators(i).some(p => retakers.includes(p))
    )
    // The latest reports of a sign up to an incident, without too long a gap between them; none if
    // they are too old.
    const chain = (sign: (i: Incident) => boolean, at: Incident) => {
      let linked: Incident[] = []
      const reachesTo = (i: Incident) =>
        i.fromMs <= Math.max(...linked.map(l => l.toMs)) + 1 + 90 * dayMs
      for (const i of candidates.slice(0, candidates.indexOf(at) + 1).filter(sign))
        linked = reachesTo(i) ? [...linked, i] : [i]
      return linked.length > 0 && reachesTo(at) ? linked : []
    }
    const entry = candidates.find(
      i => isSeized(i) || (chain(isRule, i).length > 0 && chain(isShut, i).length > 0)
    )
    if (!entry) return found
    const holders = new Set(
      [...chain(isRule, entry), ...chain(isShut, entry), entry].flatMap(perpetrators)
    )
    const loss = { entered: entry.fromMs, to: null as number | null }
    found.push(loss)
    let retaking: Incident[] = []
    const rest = left.slice(left.indexOf(entry) + 1)
    for (const i of rest) {
      const others =
        perpetrators(i).length > 0 &&
        holders.size > 0 &&
        perpetrators(i).every(p => !holders.has(p))
      if (i.tactics.includes('other:retaken') || (isSeized(i) && others)) retaking.push(i)
      else if (isRule(i) || isShut(i) || isSeized(i)) {
        retaking = []
        for (const p of perpetrators(i)) holders.add(p)
      }
      if (new Set(retaking.flatMap(r => r.origins)).size < 2) continue
      loss.to = i.fromMs
      retakers = retaking.flatMap(perpetrators)
      left = rest.slice(rest.indexOf(i) + 1)
      break
    }
    if (loss.to === null) return found
  }
}

describe('territory lost', () => {
  it('enters and ends as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 600 }),
      days: fc.constantFrom(0, 0, 0, 40),
      category: fc.constantFrom<Category>('territory-seized', 'imposed-rule', 'clash', 'other'),
      tactics: fc.constantFrom<readonly string[]>(
        [],
        [],
        ['tax'],
        ['other:forces-shut-out'],
        ['other:retaken'],
        ['other:retaken']
      ),
      actors: fc.constantFrom<readonly string[]>(
        [],
        ['JNIM'],
        ['jnim'],
        ['Army'],
        ['army', 'Militia']
      ),
      source: fc.constantFrom('a', 'b', 'c'),
      credibility: fc.constantFrom<2 | 5>(2, 2, 2, 5)
    })
    let entered = 0
    let ended = 0
    fc.assert(
      fc.property(fc.array(saidArb, { minLength: 8, maxLength: 30, size: 'max' }), said => {
        const incidents = said.map(incident).sort(compareIncidents)
        const found = foldAll(territoryLost, incidents, horizonMs)
        const expected = plainly(incidents).sort((a, b) => (a.to ?? Infinity) - (b.to ?? Infinity))
        expect(found.map(f => ({ entered: f.levels[0]?.atMs, to: f.toMs }))).toEqual(expected)
        entered += found.length
        ended += found.filter(f => f.toMs !== null).length
      }),
      { numRuns: runsOf(500, 10) }
    )
    expect(entered).toBeGreaterThan(shareOf(500, 500, 10))
    expect(ended).toBeGreaterThan(shareOf(100, 500, 10))
  })
})
