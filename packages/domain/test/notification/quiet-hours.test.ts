import { describe, expect, it } from 'vitest'
import { policyOf } from '../../src/notification/notification-policy.ts'
import { faultOfQuietHours, quietUntilMs } from '../../src/notification/quiet-hours.ts'

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

  it('end in the future, wherever and whenever they are asked for', () => {
    for (
      let at = Date.parse('2026-03-27T00:00:00Z');
      at < Date.parse('2026-03-31T00:00:00Z');
      at += 7 * 60_000 + 13_000
    ) {
      for (const timeZone of [
        'Europe/Paris',
        'America/St_Johns',
        'Australia/Lord_Howe',
        'Africa/Casablanca'
      ]) {
        const end = quietUntilMs({ from: '21:30', to: '02:30', timeZone }, at)
        if (end === null) continue
        expect(end).toBeGreaterThan(at)
        expect(end - at).toBeLessThanOrEqual(6 * 3_600_000 + 60_000)
      }
    }
  })

  it('of a time zone that is not known any more are none', () => {
    expect(until('22:00', '06:00', 'Mars/Olympus', '2026-03-02T23:00:00Z')).toBeNull()
  })

  it('say what is wrong with them', () => {
    expect(
      faultOfQuietHours({ from: '22:00', to: '22:00', timeZone: 'Africa/Bamako' })?.pointer
    ).toBe('/to')
    expect(
      faultOfQuietHours({ from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' })?.pointer
    ).toBe('/timeZone')
    expect(faultOfQuietHours({ from: '22:00', to: '06:00', timeZone: 'UTC' })).toBeNull()
  })

  it('say it as the end of a sentence that begins with the field, without its full stop', () => {
    const ofHours = [
      faultOfQuietHours({ from: '22:00', to: '22:00', timeZone: 'UTC' }),
      faultOfQuietHours({ from: '22:00', to: '06:00', timeZone: 'Mars/Olympus' })
    ].map(fault => fault?.detail)
    const ofRepeats = policyOf({ repeatMinutes: 5, updateMinutes: 60 })
    for (const detail of [...ofHours, 'detail' in ofRepeats ? ofRepeats.detail : null])
      expect(detail).toMatch(/^must .*[^.]$/)
  })
})
