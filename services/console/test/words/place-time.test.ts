// Times at the place of an alert, beside UTC.

import { describe, expect, it } from 'vitest'
import { holderWords } from '../../src/words/alert-words.ts'
import { heldWords } from '../../src/words/policy-words.ts'
import { thereWords, timeAtWords } from '../../src/words/time-words.ts'
import { anAlert } from '../support/an-alert.ts'

const winter = '2026-01-10T21:30:00Z'
const summer = '2026-07-10T21:30:00Z'
const several = 'local time not known: several zones'
const inArea = (area: string) => ({ country: [area.slice(0, 2)], admin1: [area] })

describe('the time at a place', () => {
  it.each([
    [winter, 'CD-KN', '10 Jan, 22:30 there'],
    [winter, 'CD-NK', '10 Jan, 23:30 there'],
    [summer, 'UA-30', '11 Jul, 00:30 there'],
    [winter, 'UA-30', '10 Jan, 23:30 there'],
    [winter, 'MN-043', '11 Jan, 04:30 there'],
    [winter, 'ID-PA', '11 Jan, 06:30 there'],
    [winter, 'BR-AC', '10 Jan, 16:30 there'],
    // One zone holds in the country, also for an area that the table has not.
    [winter, 'ET-AM', '11 Jan, 00:30 there']
  ])('at %s is that of its area %s: %s', (time, area, there) => {
    expect(thereWords(time, inArea(area))).toBe(there)
    expect(timeAtWords(time, inArea(area))).toMatch(
      new RegExp(`^1. J.. 2026, 21:30 UTC .${there}.$`)
    )
  })

  it('is that of its country where one zone holds there', () => {
    expect(thereWords(winter, { country: ['ET'], admin1: [] })).toBe('11 Jan, 00:30 there')
  })

  it('is said not to be known where several zones hold, and is not made up', () => {
    expect(thereWords(winter, { country: ['CD'], admin1: [] })).toBe(several)
    expect(thereWords(winter, { country: ['CD'], admin1: ['CD-KN', 'CD-NK'] })).toBe(several)
    // An area of the one country, and somewhere in the other.
    expect(thereWords(winter, { country: ['CD', 'UG'], admin1: ['CD-KN'] })).toBe(several)
    expect(thereWords(winter, { country: ['CD', 'RW'], admin1: ['CD-NK'] })).toBe(
      '10 Jan, 23:30 there'
    )
    // In winter the two zones of Chihuahua differ, and Xinjiang keeps two all the year.
    for (const area of ['MX-CHH', 'CN-XJ', 'US-TN'])
      expect(thereWords(winter, inArea(area))).toBe(several)
  })

  it('is left out where it is as in UTC', () => {
    expect(timeAtWords(winter, inArea('ML-4'))).toBe('10 Jan 2026, 21:30 UTC')
  })

  it('is left out where nothing is known of the place', () => {
    for (const place of [undefined, { country: [], admin1: [] }, { country: ['XZ'], admin1: [] }])
      expect(timeAtWords(winter, place)).toBe('10 Jan 2026, 21:30 UTC')
    expect(thereWords('soon', inArea('CD-KN'))).toBeNull()
  })

  it('stands beside until when somebody has it, and why a delivery waits', () => {
    const area = { ...inArea('CD-NK') }
    const { operator } = anAlert({ operator: { acknowledgedBy: 'Ama', acknowledgedUntil: winter } })
    const said = '10 Jan 2026, 21:30 UTC (10 Jan, 23:30 there)'
    expect(holderWords(operator, area)).toBe(`acknowledged by Ama until ${said}`)
    expect(heldWords({ reason: 'quiet-hours', until: winter, by: null }, area)).toContain(said)
  })
})
