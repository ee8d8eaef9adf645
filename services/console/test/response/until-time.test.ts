// Until when an officer has an alert.

import '../state/a-suite.ts'
import { describe, expect, it } from 'vitest'
import { isUntilSaid, noClock, untilTime } from '../../src/live/until-time.ts'
import { blankDraft, isReady, makeBody } from '../../src/state/acts.ts'
import { isBulkReady } from '../../src/state/bulk-acts.ts'

const at = (time: string) => Date.parse(`2026-03-01T${time}Z`)

describe('an acknowledgement ends', () => {
  it('so long after now, or not at all', () => {
    expect(untilTime('240', at('12:00'))).toBe('2026-03-01T16:00:00.000Z')
    expect(untilTime('none', at('12:00'))).toBeNull()
  })

  it('at the next time of that name, which may be tomorrow', () => {
    expect(untilTime('06:00', at('05:59:59'))).toBe('2026-03-01T06:00:00.000Z')
    expect(untilTime('06:00', at('06:00'))).toBe('2026-03-02T06:00:00.000Z')
    expect(untilTime('06:00', at('23:10'))).toBe('2026-03-02T06:00:00.000Z')
    expect(untilTime('00:00', at('23:59'))).toBe('2026-03-02T00:00:00.000Z')
  })

  it('by the time of its theatre, as it is sent', () => {
    const draft = { ...blankDraft, until: '06:00', note: 'End of my shift.' }
    expect(makeBody(draft, at('22:00'))).toEqual({
      until: '2026-03-02T06:00:00.000Z',
      note: 'End of my shift.'
    })
  })

  it('at no time that is not typed whole: then it is not sent', () => {
    for (const until of [noClock, '6:00', '24:00', '06:60']) {
      expect([untilTime(until, at('12:00')), isUntilSaid(until)], until).toEqual([null, false])
      expect(isReady({ ...blankDraft, until })).toBe(false)
      expect(isBulkReady({ kind: 'acknowledgement', note: '', until, disposition: '' })).toBe(false)
      expect(isReady({ ...blankDraft, act: 'comment', note: 'Seen.', until })).toBe(true)
    }
    expect([isReady({ ...blankDraft, until: '06:00' }), isReady(blankDraft)]).toEqual([true, true])
  })
})
