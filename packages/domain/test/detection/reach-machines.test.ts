// Groups of a scope that are forgotten with the squares in which they began.

import { describe, expect, it } from 'vitest'
import { ReachMachines } from '../../src/detection/reach-machines.ts'
import type { ScopeMachine } from '../../src/detection/scope-machine.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { dayMs } from '../../src/space-time/event-time.ts'

/** An incident on a day, so many degrees east. */
function makeIncident(day: number, lon: number): Incident {
  const [fromMs, toMs] = [day * dayMs, (day + 1) * dayMs]
  return { place: { country: 'ML', lat: 13, lon }, alsoAt: [], fromMs, toMs } as unknown as Incident
}

const blankMachine: ScopeMachine = {
  refold: () => false,
  findings: () => [],
  nextChangeMs: () => null,
  passBefore: () => {},
  forget: () => {},
  base: () => undefined,
  isBlank: () => true
}

/** Machines of a scope with a reach of 800 km that have folded the incidents and passed them. */
function passAll(incidents: readonly Incident[]): ReachMachines<object> {
  const rows: Incident[] = []
  const ground = { scope: 'all', parameters: {}, rows, base: undefined, work: new FoldWork() }
  const machines = new ReachMachines({ km: 800, days: 7 }, () => blankMachine, ground)
  for (const incident of incidents) {
    rows.push(incident)
    machines.put(incident)
    machines.refold(rows.length - 1, incident)
  }
  machines.passBefore(rows.length)
  rows.length = 0
  return machines
}

describe('groups of incidents within reach', () => {
  it('are forgotten together with the squares in which they began', () => {
    const machines = passAll([makeIncident(1, 0), makeIncident(2, 20)])
    machines.forget(100 * dayMs)
    expect(machines.isBlank()).toBe(true)
  })

  it('part if the square between them is forgotten', () => {
    const between = makeIncident(1, 6)
    const machines = passAll([
      makeIncident(0, 0),
      between,
      makeIncident(40, 0),
      makeIncident(40, 12)
    ])
    machines.forget(30 * dayMs)
    expect(machines.isBlank()).toBe(false)
  })
})
