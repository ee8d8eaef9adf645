// What a report costs among many that join through one another, along a road: no more the longer the road is.

import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'

const view = (sketch: ReportSketch): ReportView => viewOf(revisionOf(sketch), Date.parse(`${sketch.at}T00:00:00Z`), 'B')

/** Reports every kilometre of a road, of which each may join those around it, in no order. */
function road(length: number): ReportView[] {
  const reports = Array.from({ length }, (_, km) => {
    const place = { lat: 14 + km / 111.2, lon: -5, radiusKm: 5 }
    return view({ id: `r${km}`, source: `s${km % 7}`, at: `2025-06-0${1 + (km % 2)}`, ...place })
  })
  return reports.map((_, i) => reports[(i * 131) % length] as ReportView)
}

const idOf = ({ revision: { reportId } }: ReportView) => reportId
const shapeOf = (assembler: Assembler) => [...assembler.incidents.values()].map(({ reportIds }) => reportIds.join()).sort()

describe('a report among many that join through one another', () => {
  it('reads no more of them the more there are, and what is withdrawn neither', () => {
    const costOf = (length: number) => {
      const assembler = new Assembler(new Map())
      const reports = road(length)
      const [most, last] = [reports.slice(0, -60), reports.slice(-60)]
      let reads = 0
      const counted = (of: ReportView) => {
        const get = () => {
          reads += 1
          return of.revision
        }
        return Object.defineProperty({ ...of }, 'revision', { get, enumerable: true }) as ReportView
      }
      for (const of of most) assembler.update(new Map([[idOf(of), counted(of)]]))
      reads = 0
      for (const of of last) assembler.update(new Map([[idOf(of), counted(of)]]))
      const coming = reads
      for (const of of last) assembler.update(new Map([[idOf(of), null]]))
      const fresh = new Assembler(new Map())
      fresh.update(new Map(most.map(of => [idOf(of), of])))
      expect(shapeOf(assembler)).toEqual(shapeOf(fresh))
      return { coming, leaving: reads - coming }
    }
    const [short, long] = [costOf(400), costOf(1_600)]

    expect(long.coming).toBeLessThan(1.5 * short.coming)
    expect(long.leaving).toBeLessThan(1.5 * short.leaving)
  })
})
