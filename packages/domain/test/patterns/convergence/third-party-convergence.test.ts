import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../src/incident/incident.ts'
import { compareIncidents } from '../../../src/incident/incident.ts'
import { thirdPartyConvergence } from '../../../src/patterns/convergence/third-party-convergence.ts'
import type { Actor } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 900 * dayMs

interface Said {
  readonly day: number
  readonly days?: number
  readonly by: readonly string[]
  readonly role?: string | null
  readonly tactics?: readonly string[]
  readonly source?: string
  readonly credibility?: 2 | 5
  readonly country?: string
  readonly drill?: boolean
}

function advisory(said: Said, i: number): Incident {
  const actors: Actor[] = said.by.map(name => ({
    name,
    role: said.role === undefined ? 'issuer' : said.role
  }))
  return incidentFrom(
    {
      id: `a${String(i).padStart(3, '0')}`,
      at: day(said.day),
      to: day(said.day + (said.days ?? 0)),
      category: 'advisory',
      tactics: said.tactics ?? [],
      credibility: said.credibility ?? 2,
      source: said.source ?? 'notices',
      country: said.country ?? 'ML',
      drill: said.drill ?? false
    },
    { actors }
  )
}

const findingsOf = (...said: readonly Said[]) =>
  foldAll(thirdPartyConvergence, said.map(advisory), horizonMs)

/** The expected findings by definition: each report is compared with all before it. */
function plainly(
  said: readonly (Said & { readonly incident: Incident })[]
): { entered: number; to: number | null; four: boolean; who: Set<string> }[] {
  const found: { entered: number; to: number | null; four: boolean; who: Set<string> }[] = []
  let begin = 0
  for (let i = 0; i < said.length; i++) {
    const atMs = said[i]?.incident.fromMs ?? 0
    const words = said.slice(begin, i + 1).filter(s => s.credibility === 2)
    if (said[i]?.credibility !== 2) continue
    const open = found.at(-1)?.to === null ? found.at(-1) : undefined
    const isLowering = (s: Said) => s.tactics?.includes('other:lowered') ?? false
    const issuers = [...new Set(words.flatMap(s => s.by))]
    const last = (by: string) => words.findLast(s => s.by.includes(by))
    if (!open) {
      const advising = issuers.filter(by => {
        const word = last(by)
        return word !== undefined && !isLowering(word) && word.incident.toMs > atMs - 14 * dayMs
      })
      if (!isLowering(said[i] as Said) && advising.length >= 3)
        found.push({ entered: atMs, to: null, four: advising.length >= 4, who: new Set(advising) })
      continue
    }
    if (said[i]?.credibility === 2 && !isLowering(said[i] as Said))
      for (const by of said[i]?.by ?? []) open.who.add(by)
    // Standing: counted at the entry or reported since, and not lowered.
    const since = words.filter(s => s.incident.fromMs >= open.entered)
    const entry = words.findIndex(s => s.incident.fromMs === open.entered && !isLowering(s))
    const lowered = issuers.filter(by => {
      const word = last(by)
      if (!open.who.has(by)) return false
      return (
        word !== undefined &&
        isLowering(word) &&
        since.includes(word) &&
        words.indexOf(word) > entry
      )
    })
    if (lowered.length >= 2) {
      open.to = atMs
      begin = i + 1
    }
  }
  return found
}

describe('third-party convergence', () => {
  it('enters and ends as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 120 }),
      days: fc.constantFrom(0, 0, 0, 5),
      by: fc.uniqueArray(fc.constantFrom('US', 'UK', 'DE', 'FR', 'IT'), {
        minLength: 1,
        maxLength: 2
      }),
      tactics: fc.constantFrom<readonly string[]>([], [], [], ['other:lowered']),
      credibility: fc.constantFrom<2 | 5>(2, 2, 2, 2, 5)
    })
    let entered = 0
    let ended = 0
    fc.assert(
      fc.property(
        fc.uniqueArray(saidArb, { minLength: 3, maxLength: 30, size: 'max', selector: s => s.day }),
        said => {
          const told = said
            .map((s, i) => ({ ...s, incident: advisory(s, i) }))
            .sort((a, b) => compareIncidents(a.incident, b.incident))
          const found = foldAll(
            thirdPartyConvergence,
            told.map(t => t.incident),
            horizonMs
          )
          const expected = plainly(told)
          expect(found.map(f => ({ entered: f.levels[0]?.atMs, to: f.toMs }))).toEqual(
            expected.map(({ entered, to }) => ({ entered, to }))
          )
          entered += found.length
          ended += found.filter(f => f.toMs !== null).length
        }
      ),
      { numRuns: runsOf(400, 10) }
    )
    expect(entered).toBeGreaterThan(shareOf(300, 400, 10))
    expect(ended).toBeGreaterThan(shareOf(50, 400, 10))
  })

  it('takes the source as the issuer if none is named', () => {
    const said = ['us-desk', 'uk-desk', 'de-desk'].map((source, i) => ({ day: i, by: [], source }))
    expect(findingsOf(...said)).toHaveLength(1)
    expect(findingsOf(...said.map(s => ({ ...s, source: 'wire' })))).toEqual([])
  })
})
