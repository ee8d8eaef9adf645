// Closed alerts that the page does not hold are sought at the suite, by what is typed in the
// search.

import '../a-suite.ts'
import '../a-stream.ts'
import '../../../src/state/queue-state.ts'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { setAddress } from '../../../src/state/address.ts'
import {
  closedList,
  closedStanding,
  closedWords,
  picture,
  pictureAge,
  signedIn
} from '../../../src/state/console-state.ts'
import { queue } from '../../../src/state/queue-state.ts'
import { anAlert } from '../../support/an-alert.ts'
import { thePageIsLive } from '../a-live-page.ts'
import { aProblem, soonAfter, suiteAnswers } from '../a-suite.ts'

const closed = (alertId: string, headline: string) =>
  anAlert({ alertId, headline, status: 'resolved' })
const old = closed('old', 'Siege of Farabougou')
let asked: string[] = []
let finds = () => Response.json({ items: [old], next: null })
const rows = () => {
  pictureAge.value += 1
  return queue.value.rows.map(({ alert }) => alert.alertId)
}

async function holding(next: string | null): Promise<void> {
  suiteAnswers(path => {
    if (path.includes('find=')) {
      asked.push(path)
      return finds()
    }
    return Response.json({ items: [closed('lately', 'Siege of Diosso')], next })
  })
  signedIn.value = {
    kind: 'caller',
    caller: { id: 'k1', name: 'Ama', scopes: ['alerts:read'] } as never
  }
  thePageIsLive()
  await closedList.load()
}

beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterAll(() => void vi.useRealTimers())
beforeEach(() => {
  setAddress({ q: null, status: null })
  picture.clear()
  closedWords.value = ''
  asked = []
  finds = () => Response.json({ items: [old], next: null })
})

it('are asked for once by what was typed last, and listed', async () => {
  await holding('more')
  setAddress({ status: 'closed' })
  expect([closedStanding.value, rows()]).toEqual(['cut', ['lately']])
  setAddress({ q: 'fara' })
  setAddress({ q: 'farabougou' })
  await soonAfter(1_000, rows).toEqual(['old'])
  expect(closedStanding.value).toBe('whole')
  expect(asked).toEqual(['/v1/alerts?status=retracted,resolved&limit=500&find=farabougou'])
})

it('are said not to be loaded where the suite does not answer, and to be more than are here', async () => {
  await holding('more')
  finds = () => aProblem(503)
  setAddress({ status: 'all', q: 'siege' })
  await soonAfter(1_000, () => closedStanding.value).toBe('failed')
  finds = () => Response.json({ items: [old], next: 'more' })
  setAddress({ q: 'siege of' })
  await soonAfter(1_000, () => closedStanding.value).toBe('cut')
})

it('are sought by no words for a list of open ones, nor by signs alone', async () => {
  await holding('more')
  setAddress({ q: 'siege' })
  setAddress({ q: '!?', status: 'closed' })
  await soonAfter(1_000, () => closedStanding.value).toBe('cut')
  expect(asked).toEqual([])
})
