import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareText, type Incident } from '../../../src/incident/incident.ts'
import { compareRows } from '../../../src/patterns/episode/late-rows.ts'
import { type ScopeRow, ScopeRows } from '../../../src/patterns/machine/scope-rows.ts'

const incidentOf = (id: string, day: number) => ({ id, fromMs: day, toMs: day }) as Incident
const rowOf = (incident: Incident): ScopeRow => ({
  incident,
  fromMs: incident.fromMs,
  toMs: incident.toMs,
  late: 0,
  passed: 0
})

/** How often a list is read by index. */
function counted<T>(list: readonly T[]): {
  readonly list: readonly T[]
  readonly reads: () => number
} {
  let reads = 0
  const get = (target: readonly T[], key: string | symbol) => {
    if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1
    return Reflect.get(target, key)
  }
  return { list: new Proxy(list, { get }), reads: () => reads }
}

describe('rows that come together', () => {
  it('of one day cost the same each, however many they are, as after a start', () => {
    const costOf = (count: number): number => {
      const day = Array.from({ length: count }, (_, i) => incidentOf(String(i).padStart(6, '0'), 1))
      const { list, reads } = counted(day)
      const rows = new ScopeRows(list, rowOf)
      for (const incident of day) rows.put(incident)
      expect(rows.takeChange(0).come).toHaveLength(count)
      return reads() / count
    }
    expect(costOf(4_000)).toBeLessThan(8)
    expect(costOf(4_000)).toBeLessThan(costOf(400) * 1.1)
  })

  it('have the places that they have one by one', () => {
    const many = fc.uniqueArray(fc.record({ id: fc.nat(60), day: fc.nat(2) }), {
      minLength: 1,
      selector: ({ id }) => id,
      maxLength: 40
    })
    fc.assert(
      fc.property(
        many,
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (sketches, isFirst) => {
          const all = sketches.map(({ id, day }) => incidentOf(String(id).padStart(2, '0'), day))
          const inOrder = all.toSorted((a, b) => a.fromMs - b.fromMs || compareText(a.id, b.id))
          const placed = (stages: readonly (readonly Incident[])[]) => {
            const list: Incident[] = []
            const rows = new ScopeRows(list, rowOf)
            for (const stage of stages) {
              for (const incident of stage) rows.put(incident)
              const there = new Set([...list, ...stage])
              list.splice(0, list.length, ...inOrder.filter(incident => there.has(incident)))
              rows.takeChange(0)
            }
            return inOrder.map(({ id }) => rows.get(id) as ScopeRow)
          }
          const first = all.filter((_, i) => isFirst[i])
          const rest = all.filter((_, i) => !isFirst[i])
          const together = placed([first, rest])
          const single = placed([first, ...rest.map(incident => [incident])])
          // In the order of the fold both ways, and none out of place where all came in order.
          for (const rows of [together, single])
            expect(rows.toSorted(compareRows).map(r => r.incident.id)).toEqual(
              rows.map(r => r.incident.id)
            )
          expect(together.map(({ late }) => late > 0)).toEqual(together.map(() => false))
        }
      )
    )
  })
})
