// A page that was loaded again reminds that its sound is off, once, and while there is something
// that should be heard.

import '../a-suite.ts'
import '../a-stream.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { anAlert } from '../../support/an-alert.ts'
import { soon, suiteHas } from '../a-suite.ts'

// As of a page whose link says how it sounds: it is looked at when the page is loaded.
Object.assign(location, { search: '?sound=moderate' })
const { signIn } = await import('../a-link.ts')
const { arm, disarm, leaveOff, unheardCount } = await import('../../../src/state/sound.ts')
const open = [
  anAlert({ alertId: 'extreme', severity: 'extreme' }),
  anAlert({ alertId: 'severe', severity: 'severe' }),
  anAlert({ alertId: 'mild', severity: 'moderate' }),
  anAlert({ alertId: 'taken', severity: 'extreme', operator: { acknowledgedBy: 'Ben' } })
]

beforeAll(() => suiteHas())

describe('a page without sound', () => {
  it('reminds of what is severe and extreme and unacknowledged, until somebody leaves it off', async () => {
    ;(await signIn()).subscribed(open)
    await soon(() => unheardCount.value).toBe(2)
    leaveOff()
    expect(unheardCount.value).toBe(0)
  })

  it('reminds nobody who has turned it on once', async () => {
    await arm()
    disarm()
    expect(unheardCount.value).toBe(0)
  })
})
