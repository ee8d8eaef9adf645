import { describe, expect, it } from 'vitest'
import { makePolicy } from '../../src/subscription/notification-policy.ts'
import { findQuietHoursFault, quietUntilMs } from '../../src/subscription/quiet-hours.ts'

const until = (from: string, to: string, timeZone: string, now: string): string | null => {
  const ms = quietUntilMs({ from, to, timeZone }, Date.parse(now))
  return ms === null ? null : new Date(ms).toISOString()
}

describe('quiet hours', () => {
  it.each([
    ['22:00', '06:00', 'Africa/Bamako', '2026-03-02T21:59:59Z', null],
    ['22:00', '06:00', 'Africa/Bamako', '2026-03-02T22:00:00Z', '2026-03-03T06:00:00.000Z'],
    ['22:00', '06:00', 'Africa/Bamako', '2026-03-03T05:59:59Z', '2026-03-03T06:00:00.000Z'],
    ['22:00', '06:00', 'Africa/Bamako', '2026-03-03T06:00:00Z', null],
    ['12:00', '14:00', 'Africa/Bamako', '2026-03-03T13:10:20Z', '2026-03-03T14:00:00.000Z'],
    ['00:00', '23:59', 'Africa/Bamako', '2026-03-03T00:00:00Z', '2026-03-03T23:59:00.000Z'],
    // Half an hour off the hour.
    ['22:00', '06:00', 'Asia/Kolkata', '2026-03-02T16:45:00Z', '2026-03-03T00:30:00.000Z']
  ])('from %s to %s in %s hold at %s until %s', (from, to, timeZone, now, end) => {
    expect(until(from, to, timeZone, now)).toBe(end)
  })

  it('end by the clock on the wall, in the nights in which it is changed', () => {
    // Forward at 01:00 UTC on 29 March, back at 01:00 UTC on 25 October.
    expect(until('22:00', '06:00', 'Europe/Paris', '2026-03-28T23:00:00Z')).toBe(
      '2026-03-29T04:00:00.000Z'
    )
    expect(until('22:00', '06:00', 'Europe/Paris', '2026-10-24T21:00:00Z')).toBe(
      '2026-10-25T05:00:00.000Z'
    )
  })

  it.each([
    // Each range has a change of the clock; the hours begin, end or lie in the changed hour.
    ['Europe/Kyiv', '2026-03-28T20:00Z', '2026-03-29T05:00Z'],
    ['Europe/Kyiv', '2026-10-24T20:00Z', '2026-10-25T05:00Z'],
    ['Africa/Casablanca', '2026-02-14T20:00Z', '2026-02-15T06:00Z'],
    ['Africa/Casablanca', '2026-03-21T20:00Z', '2026-03-22T06:00Z'],
    ['Asia/Gaza', '2026-03-27T20:00Z', '2026-03-28T05:00Z'],
    ['Asia/Gaza', '2026-10-23T20:00Z', '2026-10-24T05:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T10:00Z', '2026-10-03T20:00Z']
  ])('end at the first minute that is not quiet in %s from %s to %s', (timeZone, first, last) => {
    const minuteMs = 60_000
    for (const [from, to] of [
      ['22:00', '03:30'],
      ['21:30', '02:15'],
      ['02:30', '03:30'],
      ['01:00', '02:00']
    ] as const) {
      const quietUntil = (ms: number) => quietUntilMs({ from, to, timeZone }, ms)
      let end = Date.parse(last)
      while (quietUntil(end) !== null) end += minuteMs
      for (let ms = end; ms >= Date.parse(first); ms -= minuteMs) {
        const until = quietUntil(ms)
        if (until === null) end = ms
        else if (until !== end)
          expect.fail(
            `${from}-${to}: ${new Date(ms).toISOString()} ends ${new Date(until).toISOString()}, not ${new Date(end).toISOString()}`
          )
      }
    }
  })

  it('of a time zone that is not known any more are none', () => {
    expect(until('22:00', '06:00', 'Mars/Olympus', '2026-03-02T23:00:00Z')).toBeNull()
  })

  it('say what is wrong with them', () => {
    expect(
      findQuietHoursFault({ from: '22:00', to: '22:00', timeZone: 'Africa/Bamako' })?.pointer
    ).toBe('/to')
    expect(
      findQuietHoursFault({ from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' })?.pointer
    ).toBe('/timeZone')
    expect(findQuietHoursFault({ from: '22:00', to: '06:00', timeZone: 'UTC' })).toBeNull()
  })

  it('say it as the end of a sentence that begins with the field, without its full stop', () => {
    const ofHours = [
      findQuietHoursFault({ from: '22:00', to: '22:00', timeZone: 'UTC' }),
      findQuietHoursFault({ from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' })
    ].map(fault => fault?.detail)
    const ofRepeats = makePolicy({ repeatMinutes: 5, updateMinutes: 60 })
    for (const detail of [...ofHours, 'detail' in ofRepeats ? ofRepeats.detail : null])
      expect(detail).toMatch(/^must .*[^.]$/)
  })
})
