// Splits and merges: followed until they are decided, sent again under the same key, and nothing
// typed lost on the way.

import './a-suite.ts'
import { describe, expect, it } from 'vitest'
import { setAddress } from '../../src/state/address.ts'
import { detail, load } from '../../src/state/alert-detail.ts'
import { nowMs } from '../../src/state/console-state.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  declaring,
  dropStray,
  makeIncidentDraft,
  strayDeclarations
} from '../../src/state/incidents/incident-acts.ts'
import { words } from '../../src/words/words.ts'
import { anAlert } from '../support/an-alert.ts'
import { aDetail, aPiece, aPlace } from '../support/evidence.ts'
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

describe('what became of a declaration', () => {
  const bodyOf = (...ids: readonly string[]) => {
    const place = aPlace({ name: 'Dioura' })
    const evidence = ids.map(incidentId => aPiece({ incidentId, place }, { revision: 1 }))
    const alert = anAlert({ evidenceCount: { triggers: ids.length, support: 0 } })
    return Response.json(aDetail(evidence, {}, alert))
  }
  const shownIds = () =>
    detail.value.kind === 'shown'
      ? detail.value.alert.evidence.map(({ incidentId }) => incidentId)
      : detail.value.kind
  const strays = () => strayDeclarations.value.map(({ what: _, ...told }) => told)
  const of = { alertId: 'a1', kind: 'split', incidentId: 's1' }
  const note = 'Two villages.'
  const refused = { ...of, outcome: { kind: 'refused' } }
  let ids = ['s1', 's2']
  let declared = () => Response.json({})

  async function open(): Promise<void> {
    for (const { incidentId, alertId } of strayDeclarations.value)
      if (alertId === '') dropStray(incidentId)
    setAddress({ alert: null })
    suiteAnswers((path, { method }) => {
      if (method === 'POST') return declared()
      return path.startsWith('/v1/alerts/a1') ? bodyOf(...ids) : aProblem(404)
    })
    setAddress({ alert: 'a1' })
    await soon(shownIds).toEqual(ids)
  }

  it('is told beside it, and elsewhere once the alert rests on it no more', async () => {
    await open()
    beginIncidentAct('s1', 'split')
    await declare('s1', 'a1')
    expect([kind('s1'), strays()]).toEqual(['done', []])
    ids = ['s2', 's3']
    await load('a1')
    expect(strays()).toEqual([
      { ...of, outcome: { kind: 'done', text: words.incidentActs.done.split }, note: '' }
    ])
    expect(strayDeclarations.value[0]?.what).toContain('Dioura')
    dropStray('s1')
    expect([strays(), kind('s1')]).toEqual([[], 'idle'])
  })

  it('and what was typed stay where it was refused because the incident has gone', async () => {
    ids = ['s1', 's2']
    await open()
    beginIncidentAct('s1', 'split')
    changeIncidentDraft('s1', { note })
    ids = ['s2']
    declared = () => aProblem(404)
    await declare('s1', 'a1')
    expect(strays()).toMatchObject([{ ...refused, note }])
    setAddress({ alert: 'another' })
    await open()
    expect(strays()).toMatchObject([{ ...refused, note }])
    dropStray('s1')
    expect([strays(), makeIncidentDraft('s1')]).toEqual([[], null])
  })

  it('is told to who has gone on to another alert, and what is typed there stays where it is', async () => {
    ids = ['s1', 's2']
    declared = () => aProblem(409, { revision: 2 })
    await open()
    beginIncidentAct('s1', 'split')
    changeIncidentDraft('s1', { note })
    const declaring = declare('s1', 'a1')
    setAddress({ alert: null })
    await declaring
    expect(strays()).toMatchObject([{ ...refused, note: '' }])
    dropStray('s1')
    expect([strays(), kind('s1'), makeIncidentDraft('s1')?.note]).toEqual([[], 'refused', note])
  })
})
