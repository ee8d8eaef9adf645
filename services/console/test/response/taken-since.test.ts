// Since when somebody has an alert: by the events that it had.

import { describe, expect, it } from 'vitest'
import { computeTakenSince, findHolder } from '../../src/derived/taken-since.ts'
import { anAlert } from '../support/an-alert.ts'

const nobody = anAlert().operator
const by = (acknowledgedBy: string) => ({ ...nobody, acknowledgedBy })
const withOne = (assignedTo: string) => ({ ...nobody, assignedTo })
/** The state after each event, one an hour from noon. */
const events = (...operators: readonly (typeof nobody)[]) =>
  operators.map((operator, i) => ({ time: `2026-03-01T${12 + i}:00:00.000Z`, data: { operator } }))

describe('who has it has had it', () => {
  it('since it was taken, however often it was revised or taken again since', () => {
    expect(
      computeTakenSince(
        events(nobody, by('Ama'), by('Ama'), { ...by('Ama'), acknowledgedUntil: 'later' }),
        0
      )
    ).toBe('2026-03-01T13:00:00.000Z')
  })

  it('since it was last given back and taken, or taken over', () => {
    expect(computeTakenSince(events(by('Ama'), nobody, by('Ama')), 0)).toBe(
      '2026-03-01T14:00:00.000Z'
    )
    expect(computeTakenSince(events(by('Ama'), by('Ben')), 0)).toBe('2026-03-01T13:00:00.000Z')
  })

  it('since they acknowledged it where it was assigned to them later, and since the assignment where to another', () => {
    const assigned = { ...by('Ama'), assignedTo: 'Ama' }
    expect(findHolder(assigned)).toBe('Ama')
    expect(computeTakenSince(events(by('Ama'), assigned), 0)).toBe('2026-03-01T12:00:00.000Z')
    expect(computeTakenSince(events(by('Ama'), { ...by('Ama'), assignedTo: 'Kofi' }), 0)).toBe(
      '2026-03-01T13:00:00.000Z'
    )
  })

  it('not known since when, where it was before the events that are known; nobody has it since no time', () => {
    expect(computeTakenSince(events(withOne('Kofi'), withOne('Kofi')), 3)).toBeNull()
    expect(computeTakenSince(events(nobody, withOne('Kofi')), 3)).toBe('2026-03-01T13:00:00.000Z')
    expect(computeTakenSince(events(by('Ama'), nobody), 0)).toBeNull()
    expect(computeTakenSince([], 0)).toBeNull()
  })
})
