// The live page's texts and its connection, without a browser.

import { describe, expect, it } from 'vitest'
import { comeBackMs, LiveStream, type LiveStreamOptions, notLiveSinceMs, type PageSocket, silenceMs } from '../../page/stream.js'
import {
  ageWords,
  areaWords,
  changesBetween,
  compareClosed,
  compareOpen,
  deathsWords,
  eventWords,
  kindWords,
  learnNames,
  otherPlacesWords,
  placeWords,
  precisionWords,
  reasonWords,
  severityMark,
  sinceWords,
  timeWords,
  waitWords,
  windowWords,
  withReadableTimes,
  wrongClockWords
} from '../../page/wording.js'
import { pageNames } from '../../src/page/page-names.ts'
import { anAlert } from '../support/alert-builder.ts'

learnNames(pageNames())

describe('texts', () => {
  it('write the times within a refusal as all others', () => {
    const refusal = 'The alert has changed since. owner came first, at 2025-11-30T09:00:00.000Z.'
    expect(withReadableTimes(refusal)).toBe('The alert has changed since. owner came first, at 30 Nov 2025, 09:00 UTC.')
  })

  it('of a theatre with a wrong time show that time and the remedy', () => {
    const world = { id: 'world', now: '2035-06-01T00:00:00.000Z' }
    expect(wrongClockWords({ ...world, clockStanding: 'behind' })).toMatch(
      /^world has the time .*2035.*after the clock.*set-time world/
    )
    expect(wrongClockWords({ ...world, clockStanding: 'leap' })).toContain('before the clock')
  })

  it('show ages in one short unit', () => {
    const minute = 60_000
    expect([0, 59_000, minute, 59 * minute, 60 * minute, 25 * 60 * minute, 100 * 1440 * minute].map(ageWords)).toEqual([
      'now',
      'now',
      '1 min',
      '59 min',
      '1 h',
      '1 d',
      '3 months'
    ])
    expect([0, 34_400, 119_000, 120_000].map(waitWords)).toEqual(['0 s', '34 s', '119 s', '2 min'])
  })
  it('show since when in UTC, with the day if that is long ago', () => {
    const now = Date.parse('2025-06-02T09:05:00Z')
    expect(sinceWords(now - 61_000, now)).toBe('09:03:59 UTC')
    expect(sinceWords(now - 86_400_000, now)).toBe('1 Jun 2025, 09:05 UTC')
  })
  it('show times in UTC and say so', () => expect(timeWords('2025-06-02T09:05:00Z')).toBe('2 Jun 2025, 09:05 UTC'))
  it('never show unknown deaths as none', () => {
    expect(deathsWords({ low: null, best: null, high: null })).toBe('not known')
    expect(deathsWords({ low: 0, best: 0, high: 0 })).toBe('0')
    expect(deathsWords({ low: 3, best: null, high: null })).toBe('at least 3')
    expect(deathsWords({ low: 3, best: 5, high: 9 })).toBe('about 5 (3 to 9)')
    expect(deathsWords({ low: null, best: null, high: 9 })).toBe('at most 9')
  })
  it('show severity by shape as well', () => {
    expect(new Set(['minor', 'moderate', 'severe', 'extreme'].map(severityMark)).size).toBe(4)
  })
  it('show windows, places and reasons', () => {
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to: null })).toBe('since 1 Jun 2025')
    expect(windowWords({ from: '2025-06-01T00:00:00Z', to: '2025-06-01T23:00:00Z' })).toBe('1 Jun 2025')
    expect(placeWords(anAlert())).toBe('Diosso · Ségou (ML-4)')
    expect(reasonWords('support-fell-away')).toBe('its evidence no longer supports it')
    expect(reasonWords('not-known-yet')).toBe('not known yet')
    expect(reasonWords('by hand: a-b')).toBe('by hand: a-b')
    expect(eventWords('tocsin.alert.retracted.v1')).toBe('Withdrawn')
  })
  it('name areas, countries, kinds and tactics, and nothing twice', () => {
    const area = (country: string[], admin1: string[]) => ({ country, admin1, circle: null, settlement: null })
    expect(placeWords({ group: { settlement: 'Mopti' }, area: area(['ML'], ['ML-4', 'ML-5']) })).toBe(
      'Mopti (ML-5) · Ségou (ML-4)'
    )
    expect(placeWords({ group: {}, area: area(['ML', 'CD'], []) })).toBe('Mali · DR Congo')
    expect(areaWords('ML-99')).toBe('ML-99')
    expect(areaWords('constructor')).toBe('constructor')
    expect(kindWords({ category: 'movement-denied', tactics: ['movement-denied'] })).toBe('Movement denied')
    expect(kindWords({ category: 'attack-on-civilians', tactics: ['ied', 'other:homes-burnt'] })).toBe(
      'Attack on civilians (improvised bomb, homes burnt)'
    )
    expect(precisionWords({ name: 'Mopti', country: 'ML', admin1: 'ML-5', lat: 14.5, lon: -4.2, radiusKm: 50 })).toBe(
      'Mopti (ML-5), ± 50 km'
    )
  })
  it('show what an event changed', () => {
    const before = { ...anAlert(), evidenceCount: { triggers: 30, support: 2 } }
    const operator = { ...before.operator, acknowledgedBy: 'owner' }
    const after = { ...anAlert({ severity: 'severe', operator }), evidenceCount: { triggers: 31, support: 0 } }
    expect(changesBetween(before, after)).toEqual(['severity moderate → severe', 'evidence 32 → 31', 'acknowledged by owner'])
    expect(changesBetween(before, { ...before, headline: 'other' })).toEqual(['headline reworded'])
    expect(changesBetween(null, before)).toEqual([])
  })
  it('put the most severe first, then what changed last', () => {
    const at = (detectedAt: string) => ({ ...anAlert().times, detectedAt })
    const list = [
      anAlert({ alertId: 'old', severity: 'severe', times: at('2026-01-01') }),
      anAlert({ alertId: 'new', severity: 'severe', times: at('2026-02-01') }),
      anAlert({ alertId: 'worst', severity: 'extreme', times: at('2025-01-01') })
    ]
    expect(list.sort(compareOpen).map(alert => alert.alertId)).toEqual(['worst', 'new', 'old'])
  })
  it('order what changed at one time the same for any order of arrival', () => {
    const [one, other] = [anAlert({ alertId: 'a' }), anAlert({ alertId: 'b' })]
    expect([compareOpen(one, other), compareOpen(other, one), compareOpen(one, one)]).toEqual([-1, 1, 0])
    expect([compareClosed(one, other), compareClosed(other, one), compareClosed(one, one)]).toEqual([-1, 1, 0])
  })
})

class Line implements PageSocket {
  onopen: (() => void) | null = null
  onmessage: ((message: { readonly data: string }) => void) | null = null
  onclose: ((close: { readonly code: number }) => void) | null = null
  readonly sent: { readonly from: string }[] = []
  isClosed = false
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.isClosed = true
  }
  says(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

function page() {
  const lines: Line[] = []
  const timers: { readonly ms: number; readonly fn: () => void }[] = []
  const told = { snapshots: [] as unknown[], parts: [] as unknown[], events: [] as unknown[], gaps: 0 }
  const clock = { nowMs: 0 }
  const options: LiveStreamOptions = {
    open: () => {
      const line = new Line()
      lines.push(line)
      return line
    },
    later: (ms, fn) => timers.push({ ms, fn }),
    nowMs: () => clock.nowMs,
    chance: () => 0.5,
    onState: () => {},
    onSnapshot: (alerts, isReturn) => told.snapshots.push([alerts, isReturn]),
    onPart: alerts => told.parts.push(alerts),
    onEvent: event => told.events.push(event),
    onGap: () => told.gaps++
  }
  const stream = new LiveStream(options)
  stream.start()
  const line = () => lines.at(-1) as Line
  return { stream, line, lines, timers, told, clock }
}

describe('the connection of the page', () => {
  it('is live only while the server sends frames', () => {
    const { stream, line, clock } = page()
    expect(stream.isLive).toBe(false)
    line().onopen?.()
    expect(line().sent[0]).toMatchObject({ type: 'subscribe', from: 'latest' })
    line().says({ type: 'subscribed', recovered: false, cursor: 'c0', snapshot: [] })
    expect(stream.isLive).toBe(true)
    clock.nowMs += silenceMs
    expect(stream.isLive).toBe(false)
    line().says({ type: 'heartbeat', cursor: 'c1', prev: 'c0' })
    expect(stream.isLive).toBe(true)
  })
  it('accepts a snapshot in parts, and is incomplete before the last of them, also over reconnections', () => {
    const { stream, line, timers, told } = page()
    line().onopen?.()
    line().says({ type: 'subscribed', recovered: false, cursor: 'c0', snapshot: ['a'], more: true })
    expect([stream.isLive, stream.isWhole]).toEqual([true, false])
    line().says({ type: 'snapshot', cursor: 'c1', prev: 'c0', snapshot: ['b'], more: true })
    line().onclose?.({ code: 1006 })
    timers.at(-1)?.fn()
    line().onopen?.()
    expect(line().sent[0]?.from).toBe('c1')
    line().says({ type: 'subscribed', recovered: true, cursor: 'c1' })
    expect(stream.isWhole).toBe(false)
    line().says({ type: 'alert', cursor: 'c2', prev: 'c1', event: 'e' })
    line().says({ type: 'snapshot', cursor: 'c3', prev: 'c2', snapshot: ['c'], more: false })
    expect([stream.isLive, stream.isWhole]).toEqual([true, true])
    expect(told).toEqual({ snapshots: [[['a'], false]], parts: [['b'], ['c']], events: ['e'], gaps: 0 })
    line().says({ type: 'snapshot', cursor: 'c5', prev: 'c4', snapshot: [], more: false })
    expect(told.gaps).toBe(1)
  })
  it('resumes from its cursor after a disconnection, with increasing delays', () => {
    const { stream, line, timers, told } = page()
    line().onopen?.()
    line().says({ type: 'subscribed', recovered: false, cursor: 'c0', snapshot: ['a'] })
    line().says({ type: 'alert', cursor: 'c1', prev: 'c0', event: 'e1' })
    for (let i = 0; i < 8; i++) {
      line().onclose?.({ code: 1006 })
      expect(stream.isLive).toBe(false)
      expect(stream.state).toMatchObject({ kind: 'waiting', code: 1006 })
      timers.at(-1)?.fn()
    }
    expect(timers.map(timer => timer.ms)).toEqual([...comeBackMs, comeBackMs.at(-1)])
    line().onopen?.()
    expect(line().sent[0]?.from).toBe('c1')
    line().says({ type: 'subscribed', recovered: true, cursor: 'c1' })
    line().says({ type: 'alert', cursor: 'c2', prev: 'c1', event: 'e2' })
    expect(told).toEqual({ snapshots: [[['a'], false]], parts: [], events: ['e1', 'e2'], gaps: 0 })
    line().onclose?.({ code: 4000 })
    expect(timers.at(-1)?.ms).toBe(comeBackMs[0])
  })
  it('treats a break in the chain as a gap and requests the whole state', () => {
    const { line, lines, told } = page()
    line().onopen?.()
    line().says({ type: 'subscribed', recovered: false, cursor: 'c0', snapshot: [] })
    const broken = line()
    broken.says({ type: 'alert', cursor: 'c5', prev: 'c4', event: 'e' })
    expect(told).toMatchObject({ events: [], gaps: 1 })
    expect(broken.isClosed).toBe(true)
    expect(lines).toHaveLength(2)
    line().onopen?.()
    expect(line().sent[0]?.from).toBe('latest')
    // Frames of the old connection are ignored.
    broken.says({ type: 'alert', cursor: 'c6', prev: 'c5', event: 'late' })
    expect(told.events).toEqual([])
  })
  it('is not live while the server reports itself stale, and shows since when', () => {
    const { stream, line, timers, clock } = page()
    const staleSince = '2026-03-01T12:00:00.000Z'
    line().onopen?.()
    line().says({ type: 'subscribed', recovered: false, cursor: 'c0', snapshot: [] })
    clock.nowMs += 11_000
    line().says({ type: 'notice', code: 4000, reconnect: true, staleSince })
    line().onclose?.({ code: 4000 })
    expect(stream).toMatchObject({ isLive: false, staleSince, silentMs: 11_000 })
    // It reconnects and is refused, which says nothing about the state.
    timers.at(-1)?.fn()
    line().onopen?.()
    line().says({ type: 'notice', code: 4000, reconnect: true, staleSince })
    line().onclose?.({ code: 4000 })
    expect(stream).toMatchObject({ isLive: false, staleSince, silentMs: 11_000 })
    timers.at(-1)?.fn()
    line().onopen?.()
    expect(line().sent[0]?.from).toBe('c0')
    line().says({ type: 'subscribed', recovered: true, cursor: 'c0' })
    expect(stream).toMatchObject({ isLive: true, staleSince: null })
  })
  it('was live until the earlier of its last frame and the time that the server states', () => {
    const [now, staleSince] = [Date.parse('2026-03-01T12:00:30.000Z'), '2026-03-01T12:00:10.000Z']
    expect(notLiveSinceMs({ silentMs: null, staleSince: null }, now)).toBeNull()
    expect(notLiveSinceMs({ silentMs: 5_000, staleSince: null }, now)).toBe(now - 5_000)
    expect(notLiveSinceMs({ silentMs: null, staleSince }, now)).toBe(now - 20_000)
    expect(notLiveSinceMs({ silentMs: 5_000, staleSince }, now)).toBe(now - 20_000)
    expect(notLiveSinceMs({ silentMs: 25_000, staleSince }, now)).toBe(now - 25_000)
  })
  it('does not reconnect if the server says not to', () => {
    const { stream, line, timers } = page()
    line().onclose?.({ code: 4504 })
    expect(stream.state).toEqual({ kind: 'ended', code: 4504 })
    expect(timers).toHaveLength(0)
  })
})

describe('the place of an incident', () => {
  const kamona = { name: 'Kamona', country: 'ML', admin1: 'ML-4', lat: 13.43, lon: -5.81, radiusKm: 64, resolution: 'ambiguous' }
  const candidates = [
    { name: 'Kamona', admin1: 'ML-4', lat: 13.98, lon: -5.92 },
    { name: 'Kamona', country: 'ML', admin1: null, lat: 12.87, lon: -5.71 }
  ]

  it('shows its candidates and further places', () => {
    expect(precisionWords(kamona)).toBe('Kamona, Ségou (ML-4), one of several, within 64 km')
    const balle = { name: 'Balle', country: 'ML', admin1: 'ML-4', lat: 13.5, lon: -5.9, radiusKm: 2, resolution: 'stated' }
    expect(otherPlacesWords({ place: { ...kamona, candidates, candidatesOmitted: 3 }, alsoAt: [balle] })).toEqual([
      'may be Kamona, Ségou (ML-4), at 13.98, -5.92; or Kamona, Mali, at 12.87, -5.71; and 3 more',
      'also at Balle, Ségou (ML-4), ± 2 km'
    ])
    expect(otherPlacesWords({ place: balle })).toEqual([])
  })

  it('shows that its coordinates contradict its country', () => {
    const place = { name: 'Paris', country: null, admin1: null, lat: null, lon: null, radiusKm: null, resolution: 'stated' }
    expect(precisionWords({ ...place, contradiction: 'country' })).toBe('Paris, coordinates far outside the stated country')
    const kayes = { name: null, country: 'ML', admin1: 'ML-1', lat: 14.8252, lon: -5.2547, radiusKm: 5, resolution: 'stated' }
    expect(precisionWords({ ...kayes, contradiction: 'admin1' })).toBe(
      '14.825, -5.255, Kayes (ML-1), coordinates far outside that area'
    )
  })
})
