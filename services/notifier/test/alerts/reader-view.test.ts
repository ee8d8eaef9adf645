// What readers who do not see everything get of the envelope of an event.

import type { ReaderView } from '@tocsin/auth/access/reader-view'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { describe, expect, it } from 'vitest'
import { eventInView } from '../../src/alerts/reader-view.ts'
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
