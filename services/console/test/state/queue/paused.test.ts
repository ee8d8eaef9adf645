// A list that is paused by a press: rows stand still whatever the hand does, and what waits is
// counted.

import '../a-suite.ts'
import '../a-stream.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { picture, pictureAge } from '../../../src/state/console-state.ts'
import { pause, queue, showWaiting } from '../../../src/state/queue-state.ts'
import { anAlert } from '../../support/an-alert.ts'

const rows = () => queue.value.rows.map(({ alert }) => alert.alertId).sort()

function draw(...ids: readonly string[]): void {
  picture.takePart(
    ids.map(alertId => anAlert({ alertId })),
    { isFirst: true, isLast: true }
  )
  pictureAge.value += 1
}

beforeEach(() => {
  draw('a')
  expect(rows()).toEqual(['a'])
})
afterEach(() => pause(false))

it('holds what is new behind the bar until it is pressed again', () => {
  pause(true)
  draw('a', 'b')
  draw('a', 'b', 'c')
  expect([rows(), queue.value.waiting]).toEqual([['a'], 2])
  pause(false)
  expect([rows(), queue.value.waiting]).toEqual([['a', 'b', 'c'], 0])
  draw('a', 'b', 'c', 'd')
  expect(rows()).toContain('d')
})

it('lets what waits in when that is asked for, and goes on being paused', () => {
  pause(true)
  draw('a', 'b')
  showWaiting()
  expect(rows()).toEqual(['a', 'b'])
  draw('a', 'b', 'c')
  expect([rows(), queue.value.waiting]).toEqual([['a', 'b'], 1])
})
