import { describe, expect, it } from 'vitest'
import { type FindingsView, StandingFindings } from '../../src/detection/standing-findings.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { FindingContinuity } from '../../src/finding/finding-continuity.ts'
import { samePast } from '../../src/fold/past.ts'

const finding = (name: string, toMs: number | null, value = 1): Finding => ({
  group: { name },
  situation: null,
  fromMs: 1,
  toMs,
  levels: [],
  measure: { name: 'attacks', value, threshold: 1, baseline: null },
  triggers: [],
  support: [],
  omitted: 0,
  headline: name,
  explanation: name
})
/** The same numbers in each run. */
function chance(seed: number): () => number {
  let at = seed + 1
  return () => {
    at = (at * 48_271) % 2_147_483_647
    return at / 2_147_483_647
  }
}

const never = Number.NEGATIVE_INFINITY
const noPast = samePast(null)
const viewAt = (boundaryMs: number): FindingsView => ({
  continuity: new FindingContinuity(),
  worded: findings => findings,
  isSeen: ({ toMs }) => toMs === null || toMs >= boundaryMs
})

describe('standing findings', () => {
  it('keep the object that stands for an equal one', () => {
    const standing = new StandingFindings()
    const [first, again] = [finding('a', null), finding('a', null)]
    expect(standing.update([first], viewAt(never), never, noPast)).toEqual({
      removed: [],
      added: [first]
    })
    expect(standing.update([again], viewAt(never), never, noPast)).toEqual({
      removed: [],
      added: []
    })
    expect(standing.seen[0]).toBe(first)
  })

  it('hide what ended before the boundary, and show it again if it goes on', () => {
    const standing = new StandingFindings()
    const [old, open] = [finding('old', 5), finding('open', null)]
    const given = [old, open]
    standing.update(given, viewAt(5), 5, noPast)
    expect(standing.update(given, viewAt(6), 6, noPast)).toEqual({ removed: [old], added: [] })
    expect(standing.seen).toEqual([open])
    const longer = finding('old', 9)
    expect(standing.update([longer, open], viewAt(6), 6, noPast)).toEqual({
      removed: [],
      added: [longer]
    })
    expect(standing.seen).toEqual([longer, open])
  })

  it('are those of the last list, in its order, whatever came before', () => {
    for (let run = 0; run < 200; run++) {
      const random = chance(run)
      const standing = new StandingFindings()
      const view = viewAt(0)
      let known: Finding[] = []
      const stand = new Set<Finding>()
      let boundaryMs = 0
      for (let step = 0; step < 20; step++) {
        known = known
          .filter(() => random() > 0.2)
          .map(f => (random() > 0.2 ? f : { ...f, toMs: random() > 0.5 ? null : 50 }))
        while (random() > 0.5)
          known.splice(
            Math.floor(random() * known.length),
            0,
            finding(`${run}.${step}.${random()}`, 40)
          )
        if (random() > 0.7) boundaryMs += 10
        const { isSeen } = viewAt(boundaryMs)
        const { removed, added } = standing.update(
          known.slice(),
          { ...view, isSeen },
          boundaryMs,
          noPast
        )
        for (const one of removed) expect(stand.delete(one)).toBe(true)
        for (const one of added) stand.add(one)
        const seen = known.filter(isSeen)
        expect(standing.seen).toEqual(seen)
        expect([...stand].sort(byName)).toEqual(seen.toSorted(byName))
      }
    }
  })
})

function byName(a: Finding, b: Finding): number {
  return a.headline < b.headline ? -1 : 1
}
