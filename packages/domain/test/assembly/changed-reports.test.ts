// Reports of one village and day that come, change and go: after each of them the groups are those
// of all that is present, as if it had come at once. What was joined around a report that changed
// is kept, and must not outlive it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler } from '../../src/assembly/assembly.ts'
import { type ReportView, viewOf } from '../../src/incident/incident.ts'
import { type ReportSketch, revisionOf } from '../fold-story.ts'
import { runsOf } from '../test-size.ts'

const at = { at: '2025-03-01', settlement: 'Dioura', lat: 14.5, lon: -4 }
type Said = Pick<ReportSketch, 'category' | 'deaths' | 'actors' | 'targets' | 'tactics'>
/** One report as it is told now; null: it is withdrawn. */
interface Step {
  readonly id: string
  readonly source: string
  readonly said: Said | null
}

const viewOfStep = ({ id, source }: Step, said: Said): ReportView =>
  viewOf(revisionOf({ ...at, ...said, id, source }), Date.parse('2025-03-01T00:00:00Z'), 'B')

function groupsOf(assembler: Assembler): string[] {
  return [...assembler.incidents.values()].map(({ reportIds }) => reportIds.join(' ')).sort()
}

/** The groups after each step, and those of what is present then. */
function* grouped(
  steps: readonly Step[]
): Generator<{ readonly kept: string[]; readonly anew: string[] }> {
  const assembler = new Assembler(new Map())
  const present = new Map<string, ReportView>()
  for (const step of steps) {
    if (step.said === null && !present.has(step.id)) continue
    const view = step.said === null ? null : viewOfStep(step, step.said)
    assembler.update(new Map([[step.id, view]]))
    if (view === null) present.delete(step.id)
    else present.set(step.id, view)
    const whole = new Assembler(new Map())
    whole.update(present)
    yield { kept: groupsOf(assembler), anew: groupsOf(whole) }
  }
}

const said: fc.Arbitrary<Said> = fc.record({
  category: fc.constantFrom('attack', 'killing', 'threat', 'attack-on-civilians'),
  deaths: fc.constantFrom([null, null, null] as const, 0, 1, 12, 40),
  actors: fc.constantFrom([], ['JNIM'], ['ISSP']),
  targets: fc.constantFrom([], ['civilians']),
  tactics: fc.constantFrom([], ['ied'])
})

const steps = fc.integer({ min: 2, max: 4 }).chain(sources =>
  fc.array(
    fc
      .record({ n: fc.nat(7), said: fc.option(said, { freq: 5 }) })
      .map(({ n, said }): Step => ({ id: `r${n}`, source: `wire-${n % sources}`, said })),
    { minLength: 4, maxLength: 24 }
  )
)

describe('reports that change in a village of many', () => {
  it('are joined as if all that is present had come at once', () => {
    fc.assert(
      fc.property(steps, course => {
        for (const { kept, anew } of grouped(course)) expect(kept).toEqual(anew)
      }),
      { numRuns: runsOf(2_000, 10) }
    )
  })
})
