// A list of what has changed within the last hour: what becomes older than that leaves it by the
// clock alone.

import '../a-suite.ts'
import '../a-stream.ts'
import { expect, it } from 'vitest'
import { setAddress } from '../../../src/state/address.ts'
import { nowMs, picture, pictureAge } from '../../../src/state/console-state.ts'
import { mapped, queue } from '../../../src/state/queue-state.ts'
import { anAlert } from '../../support/an-alert.ts'
import { soon } from '../a-suite.ts'

const minuteMs = 60_000
const rows = () => queue.value.rows.map(({ alert }) => alert.alertId)

it('loses what is older, of list and map alike, and lists it again when it changes', async () => {
  const startMs = nowMs.peek()
  const changed = (alertId: string, agoMs: number, revision = 2) => {
    const detectedAt = new Date(startMs - agoMs).toISOString()
    return anAlert({ alertId, revision, times: { detectedAt } })
  }
  setAddress({ changed: '1h' })
  picture.takePart(
    [changed('soon', 55 * minuteMs), changed('new', minuteMs), changed('old', 120 * minuteMs)],
    { isFirst: true, isLast: true }
  )
  pictureAge.value += 1
  expect(rows().sort()).toEqual(['new', 'soon'])
  nowMs.value = startMs + 10 * minuteMs
  expect(rows()).toEqual(['new'])
  await soon(() => mapped.value.alerts.map(({ alertId }) => alertId)).toEqual(['new'])
  picture.addKnown([changed('old', 0, 3)])
  pictureAge.value += 1
  expect(rows().sort()).toEqual(['new', 'old'])
  setAddress({ changed: null })
  expect(rows().sort()).toEqual(['new', 'old', 'soon'])
})
