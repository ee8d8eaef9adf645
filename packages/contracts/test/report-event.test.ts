// Reports in CloudEvents: required attributes, and how errors point into the event.

import { describe, expect, it } from 'vitest'
import { isEventLike, openReportEvent } from '../src/report/report-event.ts'

const event = {
  specversion: '1.0',
  type: 'tocsin.report.v1',
  source: '/feeds/wire-1',
  id: 'e-1',
  data: { source: { id: 'wire-1' } }
}
const pointersOf = (value: unknown) => {
  const opened = openReportEvent(value)
  return opened.ok ? [] : opened.errors.map(error => error.pointer)
}

describe('a report in a CloudEvent', () => {
  it('is its data; attributes that say nothing here are passed over', () => {
    const rich = {
      ...event,
      subject: 's',
      time: '2025-06-01T00:00:00Z',
      dataschema: 'https://x',
      datacontenttype: 'application/json',
      traceparent: '00-…'
    }
    expect(openReportEvent(rich)).toEqual({
      ok: true,
      key: 'event ["/feeds/wire-1","e-1"]',
      report: event.data
    })
  })

  it('has one key for one source and id, and another for any other', () => {
    const keyOf = (value: object) =>
      (openReportEvent({ ...event, ...value }) as { key: string }).key
    expect(keyOf({ subject: 'else' })).toBe(keyOf({}))
    const keys = [
      keyOf({}),
      keyOf({ id: 'e-2' }),
      keyOf({ source: '/feeds/wire-2' }),
      keyOf({ source: '/feeds/wire-1","e-1', id: '' + 'x' })
    ]
    expect(new Set(keys).size).toBe(4)
    // No Idempotency-Key has a space.
    expect(keyOf({})).toMatch(/ /)
  })

  it.each([
    [{ specversion: '0.3' }, ['/specversion']],
    [{ type: 'tocsin.report.v2' }, ['/type']],
    [{ source: '' }, ['/source']],
    [{ id: 7 }, ['/id']],
    [{ id: 'x'.repeat(257) }, ['/id']],
    [{ datacontenttype: 'text/xml' }, ['/datacontenttype']],
    [{ data: undefined }, ['/data']],
    [{ data: undefined, data_base64: 'e30=' }, ['/data_base64']],
    [
      { specversion: 1, type: null, source: {}, id: undefined },
      ['/specversion', '/type', '/source', '/id']
    ]
  ])('is refused with %o, by pointer', (changed, pointers) => {
    expect(pointersOf({ ...event, ...changed })).toEqual(pointers)
  })

  it.each([null, 7, 'event', [event]])('is no %o', value => {
    expect(pointersOf(value)).toEqual([''])
  })

  it('is told from a report by its specversion, whatever that says', () => {
    expect([
      isEventLike({ specversion: 1 }),
      isEventLike({ source: {} }),
      isEventLike(null)
    ]).toEqual([true, false, false])
  })
})
