// Splits and merges: followed until they are decided, sent again under the same key, and nothing
// typed lost on the way.

import './a-suite.ts'
import { describe, expect, it } from 'vitest'
import { nowMs } from '../../src/state/console-state.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  declaring,
  makeIncidentDraft
} from '../../src/state/incident-acts.ts'
import { aProblem, soon, suiteAnswers } from './a-suite.ts'

const pending = () => Response.json({ actionId: 'act-1', state: 'pending' }, { status: 202 })
const kind = (id: string) => declaring.stateOf(id).kind

describe('a declaration', () => {
  it('that is stored and not decided is followed, and what is typed meanwhile stays', async () => {
    let state: object = { state: 'pending' }
    suiteAnswers((path, { method }) => {
      if (method === 'POST') return pending()
      return path === '/v1/actions/act-1'
        ? Response.json({ actionId: 'act-1', ...state })
        : aProblem(404)
    })
    beginIncidentAct('i1', 'split')
    changeIncidentDraft('i1', { note: 'Two villages.' })
    void declare('i1', 'a1')
    await soon(() => kind('i1')).toBe('pending')
    changeIncidentDraft('i1', { note: 'Two villages of one name.' })
    state = { state: 'refused', reason: 'another-came-first', by: 'Ben' }
    await soon(() => {
      nowMs.value += 60_000
      return kind('i1')
    }).toBe('refused')
    expect(JSON.stringify(declaring.stateOf('i1'))).toContain('Ben came first')
    expect(makeIncidentDraft('i1')?.note).toBe('Two villages of one name.')
  })

  it('of which a proxy does not say whether it was taken has the same key when it is sent again', async () => {
    const keys: (string | undefined)[] = []
    suiteAnswers((_path, { method, headers }) => {
      if (method !== 'POST') return aProblem(404)
      keys.push((headers as Readonly<Record<string, string>>)['idempotency-key'])
      return keys.length === 1 ? aProblem(504) : Response.json({})
    })
    beginIncidentAct('i2', 'split')
    await declare('i2', 'a1')
    expect([kind('i2'), makeIncidentDraft('i2') === null]).toEqual(['refused', false])
    await declare('i2', 'a1')
    expect([kind('i2'), makeIncidentDraft('i2'), keys[1]]).toEqual(['done', null, keys[0]])
  })
})
