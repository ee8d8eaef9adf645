// What holds new alerts behind the bar: what is at hand, and not what was left somewhere. Nothing
// typed is lost by it.

import '../a-suite.ts'
import '../a-stream.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { changeDraft, makeDraft } from '../../../src/state/acts.ts'
import { setAddress } from '../../../src/state/address.ts'
import { picture, pictureAge } from '../../../src/state/console-state.ts'
import { hasFocus, queue, selection } from '../../../src/state/queue-state.ts'
import { anAlert } from '../../support/an-alert.ts'

const rows = () => queue.value.rows.map(({ alert }) => alert.alertId)
let known: readonly string[] = []

function draw(...alertIds: readonly string[]): void {
  known = [...known, ...alertIds]
  picture.takePart(
    known.map(alertId => anAlert({ alertId })),
    { isFirst: true, isLast: true }
  )
  pictureAge.value += 1
}

beforeEach(() => {
  setAddress({ alert: null })
  selection.value = new Map()
  hasFocus.value = false
  picture.clear()
  known = []
  draw('a', 'b')
  expect(rows().sort()).toEqual(['a', 'b'])
})

const isNewShown = () => [rows().includes('new'), queue.value.waiting]

describe('new alerts', () => {
  const atHand: [string, () => unknown][] = [
    ['an alert is open', () => setAddress({ alert: 'a' })],
    ['alerts are selected', () => (selection.value = new Map([['a', 0]]))],
    ['a row has the focus', () => (hasFocus.value = true)]
  ]
  it.each(atHand)('wait while %s', (_, leave) => {
    leave()
    draw('new')
    expect(isNewShown()).toEqual([false, 1])
  })

  it('do not wait for words that are left at an alert which is not open', () => {
    setAddress({ alert: 'a' })
    changeDraft('a', { note: 'Half a sen' })
    setAddress({ alert: null })
    draw('new')
    expect([isNewShown(), makeDraft('a').note]).toEqual([[true, 0], 'Half a sen'])
  })
})
