// An alert lists so many pieces of evidence. What readers see of the list does not depend on pieces that they may not see.

import { describe, expect, it } from 'vitest'
import type { AlertEvent } from '../../src/alert/alert.ts'
import { evidenceMax } from '../../src/finding/finding.ts'
import { eventsOf, hiddenSupport, hiddenTrigger, lapsedSupport } from './hidden-beyond-limit.ts'

/** What readers of public alerts are told: each event that says something new to them, without what is never shown to them. */
function toldToAll(events: readonly AlertEvent[]): unknown[] {
  const told: { readonly type: string; readonly said: string }[] = []
  for (const { type, data } of events) {
    if (!('evidence' in data) || data.handling !== 'public' || data.concerns !== 'public') continue
    const { seq: _s, revision: _r, evidenceOmitted: _o, times, ...rest } = data
    const evidence = rest.evidence
      .filter(({ handling }) => handling === 'public')
      .map(({ incidentId, role }) => [incidentId, role])
    const said = JSON.stringify({ ...rest, notify: null, occurredFrom: times.occurredFrom, evidence })
    if (type !== 'alert.revised' || said !== told.at(-1)?.said) told.push({ type, said })
  }
  return told
}

describe.each([hiddenSupport, lapsedSupport])('$name', tale => {
  it('beyond what is listed changes nothing that all may see', () => {
    const events = eventsOf(tale, true)
    expect(toldToAll(events)).toEqual(toldToAll(eventsOf(tale, false)))
    const last = events.findLast(({ data }) => 'evidence' in data)?.data
    const listed = last !== undefined && 'evidence' in last ? last.evidence : []
    expect(listed).toHaveLength(evidenceMax)
    expect(listed.filter(({ handling }) => handling === 'public').length).toBeGreaterThan(2)
  })
})

it('a hidden trigger beyond what is listed hides the alert as any other, and is listed', () => {
  const last = eventsOf(hiddenTrigger(evidenceMax), true).findLast(({ data }) => 'evidence' in data)?.data
  if (last === undefined || !('evidence' in last)) throw new Error('no alert')
  expect(last.handling).toBe('restricted')
  expect(last.evidence).toHaveLength(evidenceMax)
  expect(last.evidence.filter(({ handling }) => handling === 'restricted')).toHaveLength(1)
  expect(last.evidenceOmitted).toBe(2)
})
