// Late attacks in a long arc: as if each had come in time, and without steps where the arc has had
// as many areas at once before.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resolveParameters } from '../../../src/detection/pattern.ts'
import { signatureOf } from '../../../src/finding/finding-difference.ts'
import { FoldWork } from '../../../src/fold/fold-work.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import type { WideningArcParameters } from '../../../src/patterns/arc/arc-parameters.ts'
import { wideningArc } from '../../../src/patterns/arc/widening-arc.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { incidentFrom } from '../pattern-fold.ts'

const startMs = Date.parse('2025-01-01')
const parameters = resolveParameters(wideningArc as never, {}) as unknown as WideningArcParameters
const days = 40

interface Attack {
  readonly day: number
  readonly lasts: number
  readonly area: number
}

function incidentOf({ day, lasts, area }: Attack, i: number): Incident {
  const at = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
  const place = {
    lat: 12 + (area % 4) * 1.2,
    lon: -8 + Math.floor(area / 4) * 1.1,
    admin1: `ML-${area}`,
    settlement: `S${area}`
  }
  return incidentFrom({
    id: `r${String(i).padStart(3, '0')}`,
    at: at(day),
    to: at(day + lasts),
    ...place
  })
}

/** A machine over rows, to which one more can be put in its place. */
function machineOver(rows: Incident[]) {
  const work = new FoldWork()
  const machine = wideningArc.machine({ scope: 'theatre', parameters, rows, base: undefined, work })
  for (const incident of rows) machine.put?.(incident)
  machine.refold(0, { fromMs: startMs, toMs: startMs })
  const late = (incident: Incident) => {
    const before = work.steps
    const index = rows.findLastIndex(other => compareIncidents(other, incident) < 0) + 1
    rows.splice(index, 0, incident)
    machine.put?.(incident)
    return { isOther: machine.refold(index, incident), steps: work.steps - before }
  }
  const told = (day: number) => {
    const moment = momentAt(startMs + day * dayMs)
    const findings = machine
      .findings(moment)
      .map(f => `${signatureOf(f)}|${f.omitted}|${f.toMs}|${f.measure.value}`)
    return { findings, next: machine.nextChangeMs(moment) }
  }
  return { late, told }
}

const area = fc.integer({ min: 0, max: 7 })
const lateAttack = fc.record({
  day: fc.integer({ min: 3, max: days + 1 }),
  lasts: fc.constantFrom(0, 0, 1, 4),
  area
})

/**
 * Begins with many areas and attacks enough to name; goes on in three of them each day, and now and
 * then in more.
 */
const course = fc.record({
  atOnce: fc.integer({ min: 4, max: 8 }),
  every: fc.integer({ min: 1, max: 4 }),
  more: fc.array(lateAttack, { maxLength: 12 }),
  late: fc.array(lateAttack, { minLength: 4, maxLength: 12 })
})

it('late attacks are as if they had come in time', () => {
  const seen = { counted: 0, lookedAt: 0 }
  fc.assert(
    fc.property(course, ({ atOnce, every, more, late }) => {
      const begin = Array.from({ length: atOnce }, (_, i) => ({ day: 0, lasts: 0, area: i }))
      const named = Array.from({ length: 24 }, (_, i) => ({ day: 1, lasts: 0, area: i % 3 }))
      const usual = Array.from({ length: Math.floor((days - 2) / every) * 3 }, (_, i) => ({
        day: 2 + Math.floor(i / 3) * every,
        lasts: 0,
        area: i % 3
      }))
      const all = [...begin, ...named, ...usual, ...more, { day: days + 2, lasts: 0, area: 0 }]
      const rows = all.map(incidentOf).sort(compareIncidents)
      const machine = machineOver(rows)
      for (const [i, attack] of late.entries()) {
        const before = machine.told(days + 2)
        const { isOther, steps } = machine.late(incidentOf(attack, all.length + i))
        const after = machine.told(days + 2)
        expect(after).toEqual(machineOver([...rows]).told(days + 2))
        // It may end later than was said: until then it is open either way.
        if (!isOther) expect(after.findings).toEqual(before.findings)
        if (!isOther) expect(after.next).toBeGreaterThanOrEqual(before.next as number)
        seen[steps === 0 ? 'counted' : 'lookedAt'] += 1
      }
      for (const day of [days + 12, days + 60])
        expect(machine.told(day)).toEqual(machineOver([...rows]).told(day))
    }),
    { numRuns: runsOf(500) }
  )
  expect(Math.min(seen.counted, seen.lookedAt)).toBeGreaterThan(shareOf(300, 500))
})

it('an area for a day more is not looked at again where the arc has had as many at once', () => {
  const attacks = [
    ...Array.from({ length: 8 }, (_, i) => ({ day: 0, lasts: 0, area: i })),
    ...Array.from({ length: 120 }, (_, i) => ({
      day: 1 + Math.floor(i / 3),
      lasts: 0,
      area: i % 3
    }))
  ]
  const machine = machineOver(attacks.map(incidentOf).sort(compareIncidents))
  expect(machine.late(incidentOf({ day: 20, lasts: 0, area: 5 }, 500)).steps).toBe(0)
})
