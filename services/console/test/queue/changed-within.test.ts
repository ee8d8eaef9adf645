// What is listed of what has changed lately.

import { describe, expect, it } from 'vitest'
import {
  filterIn,
  isListed,
  isNarrowed,
  type Nows,
  type QueueFilter,
  toTheMinute,
  wholeQueue
} from '../../src/queue/queue-filter.ts'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { anAlert, placedIn } from '../support/an-alert.ts'

const at = (time: string) => Date.parse(`2026-03-01T${time}:00.000Z`)
const changed = (time: string, alertId = time, theatre = 'sahel') =>
  anAlert({
    alertId,
    theatre,
    times: { detectedAt: `2026-03-01T${time}:00.000Z` }
  })
const noon = { suite: at('12:00'), of: {} }
const isChangedWithin = (within: QueueFilter['within'], alert: ShownAlert, nows: Nows) =>
  isListed({ ...wholeQueue, within }, alert, { me: '', placeOf: placedIn, nows })

describe('a list of what has changed within hours', () => {
  it('goes by the last change, to the end of the hour', () => {
    const within = (time: string) =>
      (['1h', '6h', '24h'] as const).filter(each => isChangedWithin(each, changed(time), noon))
    const times = ['11:30', '11:00', '10:59', '05:59'].map(time => within(time).join(' '))
    expect(times).toEqual(['1h 6h 24h', '1h 6h 24h', '6h 24h', '24h'])
    const muchLater = { suite: at('23:00') + 99 * 86_400_000, of: {} }
    expect(isChangedWithin('', changed('00:00'), muchLater)).toBe(true)
    // A clock that stands a little behind the suite's leaves nothing out.
    expect(within('12:02')).toContain('1h')
  })

  it('goes by the time of the theatre of each, which a replay may have elsewhere', () => {
    const nows = { suite: at('23:00'), of: { past: at('10:00') } }
    expect(isChangedWithin('1h', changed('09:30', 'a', 'past'), nows)).toBe(true)
    expect(isChangedWithin('1h', changed('09:30', 'a', 'other'), nows)).toBe(false)
  })

  it('is judged anew by the minute', () => {
    expect(toTheMinute({ suite: at('12:00') + 59_999, of: { past: at('10:00') + 1 } })).toEqual({
      suite: at('12:00'),
      of: { past: at('10:00') }
    })
  })

  it('stands in the address, and narrows', () => {
    const filter = filterIn(new URLSearchParams('changed=6h'))
    expect([filter.within, isNarrowed(filter)]).toEqual(['6h', true])
    expect(filterIn(new URLSearchParams('changed=5h')).within).toBe('')
  })
})
