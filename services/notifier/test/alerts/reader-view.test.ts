// What readers who do not see everything get of the envelope of an event, and the evidence that a
// statement names.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { AlertLevel } from '@tocsin/contracts/alert/alert'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventInView, pickEvidence, shownMax } from '../../src/alerts/reader-view.ts'
import { anAlert } from '../support/alert-builder.ts'

const envelope = {
  ...{ id: 'e1', source: '/tocsin/rules', type: 'tocsin.alert.raised.v1', engine: '1' },
  ...{ time: '2026-03-01T12:00:00.000Z', theatre: 'sahel', cause: 'r1', previoushash: 'h1' },
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
} as Envelope

const show = (view: ReaderView) => eventInView(view, envelope, anAlert({}))

describe('the cause of an event, which may be a hidden report', () => {
  it('is shown, with its trace, to readers of everything', () => {
    const { cause, previoushash, traceparent } = envelope
    expect(show({ level: 'restricted', theatres: '*' })).toMatchObject({
      ...{ cause, previoushash, traceparent }
    })
  })

  it.each<ReaderView>([
    { level: 'partners', theatres: '*' },
    { level: 'restricted', theatres: ['sahel'] }
  ])('leaves no trace for $level in $theatres', view => {
    const shown = show(view)
    expect(shown.cause).toBeNull()
    expect(Object.keys(shown)).not.toContain('previoushash')
    expect(Object.keys(shown)).not.toContain('traceparent')
  })
})

const piece = (incidentId: string, role: 'trigger' | 'support') => ({ incidentId, role })
const triggers = Array.from({ length: 40 }, (_, i) => piece(`t${i}`, 'trigger'))
const support = Array.from({ length: 40 }, (_, i) => piece(`s${i}`, 'support'))
const reachedBy = (...ids: string[]): AlertLevel[] =>
  ids.map((incidentId, i) => ({
    level: i + 1,
    at: '2025-06-01T00:00:00.000Z',
    reason: 'full',
    incidentId
  }))
const named = (pieces: readonly { readonly incidentId: string }[]) =>
  pieces.map(({ incidentId }) => incidentId)

describe('the evidence that a statement names', () => {
  it('is all of it where it is little', () => {
    expect(pickEvidence(triggers.slice(0, shownMax), [])).toEqual(triggers.slice(0, shownMax))
  })

  it('is what reached each level, then the newest triggers', () => {
    const levels = [
      ...reachedBy('t2', 't9', 's3', 'gone'),
      { level: 5, at: '2025-07-01T00:00:00.000Z', reason: '30 days' }
    ]
    expect(named(pickEvidence([...triggers, ...support], levels))).toEqual([
      't2',
      't9',
      ...named(triggers.slice(-(shownMax - 2)))
    ])
  })

  it('is the newest support too, where triggers are few', () => {
    expect(named(pickEvidence([...triggers.slice(0, 3), ...support], []))).toEqual([
      ...['t0', 't1', 't2'],
      ...named(support.slice(-(shownMax - 3)))
    ])
  })

  it('is a part of it in its order, and never more than the most', () => {
    const mixed = fc.array(fc.constantFrom(...triggers, ...support), { maxLength: 80 })
    fc.assert(
      fc.property(mixed, fc.array(fc.nat(39), { maxLength: 30 }), (evidence, makers) => {
        const pieces = evidence.map(each => ({ ...each }))
        const shown = pickEvidence(pieces, reachedBy(...makers.map(i => `t${i}`)))
        expect(shown).toHaveLength(Math.min(shownMax, pieces.length))
        expect(pieces.filter(each => shown.includes(each))).toEqual(shown)
      })
    )
  })
})
