// Every filter on the stream: the alert that matches comes, the one that does not never does;
// several subscriptions of one connection are apart. What a key may not see no filter brings.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import type { filterNames } from '@tocsin/contracts/alert/alert-filter'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribe } from '../support/streaming.ts'

const square = (west: number, south: number) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [west + 2, south],
      [west + 2, south + 2],
      [west, south + 2],
      [west, south]
    ]
  ]
})
const area = (country: string, admin1: string, lat: number, lon: number): AlertState['area'] => ({
  country: [country],
  admin1: [admin1],
  circle: [lat, lon, 5],
  settlement: null
})

/** One that differs from `other` in everything that can be filtered. */
const wanted: Partial<AlertState> = {
  severity: 'severe',
  status: 'confirmed',
  pattern: 'surge',
  ruleId: 'surge',
  category: ['attack'],
  theatre: 'lake',
  area: area('TD', 'TD-LC', 13.5, 14.5),
  certainty: 'observed',
  handling: 'partners',
  drill: true
}
const other: Partial<AlertState> = {
  severity: 'minor',
  status: 'provisional',
  pattern: 'siege',
  ruleId: 'siege',
  category: ['blockade'],
  theatre: 'sahel',
  area: area('ML', 'ML-4', 13.88, -5.36),
  certainty: 'possible',
  handling: 'public',
  drill: false
}

const filters: Readonly<Record<(typeof filterNames)[number], unknown>> = {
  severity: ['severe', 'extreme'],
  minSeverity: 'moderate',
  status: ['confirmed'],
  pattern: ['surge', 'front'],
  ruleId: ['surge'],
  category: ['attack'],
  theatre: ['lake'],
  admin1: ['TD-LC', 'NE-2'],
  country: ['TD'],
  polygon: square(13.6, 12.6),
  circle: [13.5, 14.5, 20],
  certainty: ['observed'],
  handling: ['partners'],
  drill: true
}

describe('a filter on the stream', () => {
  it.each(Object.entries(filters))(
    'by %s brings what matches alone, live, again and in snapshots',
    async (name, value) => {
      await using h = await new Harness().start()
      const live = h.connect()
      live.session.receive(subscribe('latest', { [name]: value }))
      await settle()
      await h.alerts.write('raised', 'wanted', wanted)
      await h.alerts.write('raised', 'other', other)
      await settle()
      const again = h.connect()
      again.session.receive(subscribe('earliest', { [name]: value }))
      const snapshot = h.connect()
      snapshot.session.receive(subscribe('latest', { [name]: value }))
      await settle()
      for (const { socket } of [live, again]) {
        expect(socket.of('alert').map(frame => frame.event.data.alertId)).toEqual(['wanted'])
        checkChain(socket)
      }
      expect(snapshot.socket.of('subscribed')[0]?.snapshot.map(({ alertId }) => alertId)).toEqual([
        'wanted'
      ])
    }
  )
})
