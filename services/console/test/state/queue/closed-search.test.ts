// Closed alerts that the page does not hold are sought at the suite, by what is typed in the
// search.

import '../a-suite.ts'
import '../a-stream.ts'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { setAddress } from '../../../src/state/address.ts'
import {
  closedList,
  picture,
  pictureAge,
  readiness,
  signedIn
} from '../../../src/state/console-state.ts'
import { closedSearch } from '../../../src/state/queue/closed-search.ts'
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
  readiness.value = { ready: true, log: 'ok', checks: {} }
  thePageIsLive()
  await closedList.load()
}

beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterAll(() => void vi.useRealTimers())
beforeEach(() => {
  setAddress({ q: null, status: null })
  picture.clear()
  asked = []
  finds = () => Response.json({ items: [old], next: null })
})

it('are asked for once by what was typed last, and listed', async () => {
  await holding('more')
  setAddress({ status: 'closed' })
  expect([closedSearch.value.kind, rows()]).toEqual(['none', ['lately']])
  setAddress({ q: 'fara' })
  setAddress({ q: 'farabougou' })
  expect(closedSearch.value.kind).toBe('asking')
  await soonAfter(1_000, () => closedSearch.value).toMatchObject({
    kind: 'told',
    found: 1,
    hasMore: false
  })
  expect(asked).toEqual(['/v1/alerts?status=retracted,resolved&find=farabougou&limit=100'])
  expect(rows()).toEqual(['old'])
})

it('are said not to be searched where the suite does not answer, and to be more than are here', async () => {
  await holding('more')
  finds = () => aProblem(503)
  setAddress({ status: 'all', q: 'siege' })
  await soonAfter(1_000, () => closedSearch.value.kind).toBe('failed')
  finds = () => Response.json({ items: [old], next: 'more' })
  setAddress({ q: 'siege of' })
  await soonAfter(1_000, () => closedSearch.value).toMatchObject({ kind: 'told', hasMore: true })
})

it('are not asked for where the page has all that are closed, nor for a list of open ones', async () => {
  await holding(null)
  setAddress({ status: 'closed', q: 'siege' })
  expect(closedSearch.value.kind).toBe('none')
  await holding('more')
  setAddress({ status: null })
  expect(closedSearch.value.kind).toBe('none')
  setAddress({ status: 'closed' })
  expect(closedSearch.value.kind).toBe('asking')
})
