// States of a fold that tell the same: what else they know is for incidents to come, and nothing is
// asked again for it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AnyPattern,
  type AnySteppedPattern,
  resolveParameters
} from '../../src/detection/pattern.ts'
import { machineOf } from '../../src/detection/step-machine.ts'
import { plainOf } from '../../src/finding/told-finding.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { momentAt } from '../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../src/incident/incident.ts'
import { appealAftermath } from '../../src/patterns/compound/appeal-aftermath.ts'
import { newActor } from '../../src/patterns/first-seen/new-actor.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { incidentFrom } from '../patterns/pattern-fold.ts'
import { runsOf } from '../test-size.ts'

const startMs = Date.parse('2024-01-01')

const incidentArb = fc
  .record({
    id: fc.uuid(),
    day: fc.integer({ min: 0, max: 900 }),
    category: fc.constantFrom('attack', 'threat', 'appeal', 'abduction'),
    admin1: fc.constantFrom('ML-4', 'ML-4', 'ML-5'),
    credibility: fc.constantFrom<2 | 5>(2, 2, 2, 5),
    handling: fc.constantFrom<'public' | 'restricted'>('public', 'public', 'restricted'),
    tactics: fc.constantFrom<string[][]>([], ['other:drone'], ['other:resistance'])
  })
  .map(({ day, ...rest }) => {
    const at = formatTime(startMs + day * dayMs).slice(0, 10)
    return incidentFrom({ at, actors: ['JNIM'], settlement: 'Konna', ...rest } as Parameters<
      typeof incidentFrom
    >[0])
  })

const patterns = [appealAftermath] as unknown as AnySteppedPattern[]
let [alike, apart] = [0, 0]

describe.each(patterns)('states of $id that tell the same', pattern => {
  const parameters = resolveParameters(pattern, {})

  it('give the same findings, and change them at the same moments', () => {
    fc.assert(
      fc.property(fc.array(incidentArb, { minLength: 2, maxLength: 25 }), fc.nat(), (all, cut) => {
        const incidents = [...all].sort(compareIncidents)
        for (const scope of new Set(
          incidents.flatMap(incident => pattern.scopesOf(incident, parameters))
        )) {
          const states = [pattern.initial(scope)]
          for (const [i, incident] of incidents.entries()) {
            if (!pattern.scopesOf(incident, parameters).includes(scope)) continue
            const state = pattern.step(states.at(-1), incident, parameters)
            states.push(
              i === cut % incidents.length
                ? pattern.forget(state, incident.fromMs - 400 * dayMs)
                : state
            )
          }
          for (const [i, a] of states.entries()) {
            for (const b of states.slice(i + 1)) {
              if (pattern.tellsTheSame?.(a, b) !== true) {
                apart += 1
                continue
              }
              alike += 1
              for (const ms of [startMs, startMs + 500 * dayMs, startMs + 1500 * dayMs]) {
                const found = [b, a].map(state =>
                  pattern.findings(state, ms, parameters, []).map(plainOf)
                )
                expect(found[0]).toEqual(found[1])
                expect(pattern.nextChangeMs(b, ms, parameters, [])).toBe(
                  pattern.nextChangeMs(a, ms, parameters, [])
                )
              }
            }
          }
        }
      }),
      { numRuns: runsOf(150) }
    )
    expect(alike).toBeGreaterThan(0)
    expect(apart).toBeGreaterThan(0)
  })
})

describe('the machine of a new actor', () => {
  const sighting = (id: string, at: string, admin1 = 'ML-4') =>
    incidentFrom({ id, at, category: 'attack', actors: ['JNIM'], admin1 })

  it('is asked for its findings only by what may change them', () => {
    const rows: Incident[] = []
    const pattern = newActor as unknown as AnyPattern
    const ground = {
      parameters: resolveParameters(newActor as unknown as AnyPattern, {}),
      base: undefined,
      work: new FoldWork()
    }
    const machine = machineOf(pattern, { scope: 'seen/jnim', rows, ...ground })
    const folds = (incident: Incident, day: string) => {
      rows.push(incident)
      machine.put?.(incident)
      const isOther = machine.refold(rows.length - 1, incident)
      machine.findings(momentAt(Date.parse(day)))
      return isOther
    }
    expect(folds(sighting('first', '2024-01-10'), '2024-01-11')).toBe(true)
    // It supports the episode of a year.
    expect(folds(sighting('second', '2024-06-10'), '2024-06-11')).toBe(true)
    // The episode ends: that changes the findings, although the sighting is nothing new.
    expect(folds(sighting('third', '2025-02-10'), '2025-02-11')).toBe(true)
    expect(folds(sighting('fourth', '2025-03-10'), '2025-03-11')).toBe(false)
    expect(folds(sighting('elsewhere', '2025-03-12', 'ML-7'), '2025-03-13')).toBe(true)
    expect(machine.findings(momentAt(Date.parse('2025-03-13')))).toHaveLength(2)
  })
})
