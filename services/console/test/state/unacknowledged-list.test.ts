// The list of what nobody answered, while the suite does not tell it again: nobody must take an old
// count for the present one.

import './a-suite.ts'
import { expect, it } from 'vitest'
import { nowMs, signedIn } from '../../src/state/console-state.ts'
import { noteAnswer, unacknowledgedCount } from '../../src/state/unacknowledged.ts'
import { anAlert } from '../support/an-alert.ts'
import { thePageIsLive } from './a-live-page.ts'
import { ama, aProblem, soon, suiteAnswers } from './a-suite.ts'

it('is told with the time since when it is not known, until the suite tells it', async () => {
  let asked = 0
  let tells = true
  suiteAnswers(path => {
    if (!path.includes('answered=false')) return aProblem(404)
    asked += 1
    return tells ? Response.json({ items: [], next: null }) : aProblem(503)
  })
  signedIn.value = { kind: 'caller', caller: ama as never }
  thePageIsLive()
  await soon(() => unacknowledgedCount.value).toMatchObject({ count: 0, unknownSinceMs: null })

  const later = (ms: number) => thePageIsLive(nowMs.peek() + ms)
  tells = false
  const sinceMs = nowMs.peek()
  const taken = { acknowledgedBy: 'Ben' }
  // Whether it calls people again no event says.
  noteAnswer(
    anAlert({ operator: taken }),
    anAlert({ notify: 'update' }),
    'a1',
    'tocsin.alert.acknowledgement-lapsed.v1'
  )
  const before = asked
  later(2_000)
  await soon(() => asked).toBe(before + 1)
  expect(unacknowledgedCount.value.unknownSinceMs).toBeNull()
  later(4_000)
  expect(unacknowledgedCount.value).toMatchObject({ count: 0, unknownSinceMs: sinceMs })

  tells = true
  later(6_000)
  await soon(() => unacknowledgedCount.value.unknownSinceMs).toBeNull()
})
