// Splits and merges: followed until they are decided, sent again under the same key, and nothing typed lost on the way.

import './a-suite.ts'
import { describe, expect, it } from 'vitest'
import type { ShownEvidence } from '../../src/shown/shown-alert.ts'
import { setAddress } from '../../src/state/address.ts'
import { nowMs } from '../../src/state/console-state.ts'
import {
  beginActAt,
  chooseIncidents,
  chosenIncidents,
  declareAt,
  dropActAt,
  mergeWith,
  turnIncident
} from '../../src/state/incidents/chosen-incidents.ts'
import {
  beginIncidentAct,
  changeIncidentDraft,
  declare,
  incidentDraftOf,
  incidentOutcomeOf
} from '../../src/state/incidents/incident-acts.ts'
import { aProblem, soon, suiteAnswers } from './a-suite.ts'

const pending = () => Response.json({ actionId: 'act-1', state: 'pending' }, { status: 202 })
const kind = (id: string) => incidentOutcomeOf(id)?.kind

describe('a declaration', () => {
  it('that is stored and not decided is followed, and what is typed meanwhile stays', async () => {
    let state: object = { state: 'pending' }
    suiteAnswers((path, { method }) => {
      if (method === 'POST') return pending()
      return path === '/v1/actions/act-1' ? Response.json({ actionId: 'act-1', ...state }) : aProblem(404)
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
    expect(JSON.stringify(incidentOutcomeOf('i1'))).toContain('Ben came first')
    expect(incidentDraftOf('i1')?.note).toBe('Two villages of one name.')
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
    expect([kind('i2'), incidentDraftOf('i2') === null]).toEqual(['refused', false])
    await declare('i2', 'a1')
    expect([kind('i2'), incidentDraftOf('i2'), keys[1]]).toEqual(['done', null, keys[0]])
  })
})

describe('incidents that are chosen', () => {
  const piece = (incidentId: string, sourceId: string) =>
    ({ incidentId, incident: { incidentId, withdrawn: false, reports: [{ reportId: incidentId, sourceId }] } }) as never
  const evidence: readonly ShownEvidence[] = [piece('c1', 'desk'), piece('c2', 'radio'), piece('c3', 'desk'), piece('c4', 'ngo')]
  const other = () => incidentDraftOf('c1')?.other

  it('are those of the form of a merge, whichever of the two says so', () => {
    chooseIncidents(true)
    turnIncident('c1', evidence)
    turnIncident('c2', evidence)
    expect([chosenIncidents(), other()]).toEqual([['c1', 'c2'], undefined])
    beginActAt('c1', 'merge', 'c2')
    changeIncidentDraft('c1', { note: 'Both saw the same.' })
    turnIncident('c4', evidence)
    expect([chosenIncidents(), other()]).toEqual([['c1', 'c4'], 'c4'])
    // Of one source: it is chosen, and the form is with none.
    turnIncident('c3', evidence)
    expect([chosenIncidents(), other()]).toEqual([['c1', 'c3'], ''])
    mergeWith('c1', 'c2')
    expect(chosenIncidents()).toEqual(['c1', 'c2'])
    chooseIncidents(false)
    expect([chosenIncidents(), incidentDraftOf('c1')]).toMatchObject([null, { other: 'c2', note: 'Both saw the same.' }])
    // Who begins at the list again finds both chosen, and what was typed.
    beginActAt('c1', 'merge')
    expect([chosenIncidents(), incidentDraftOf('c1')?.note]).toEqual([['c1', 'c2'], 'Both saw the same.'])
    dropActAt('c1')
    expect([chosenIncidents(), incidentDraftOf('c1')]).toEqual([null, null])
  })

  it('are chosen until the suite has what was declared of them, and of one alert', async () => {
    suiteAnswers((_path, { method }) => (method === 'POST' ? aProblem(504) : aProblem(404)))
    beginActAt('c4', 'split')
    await declareAt('c4', 'a1')
    expect(chosenIncidents()).toEqual(['c4'])
    suiteAnswers((_path, { method }) => (method === 'POST' ? Response.json({}) : aProblem(404)))
    await declareAt('c4', 'a1')
    expect(chosenIncidents()).toBeNull()
    chooseIncidents(true)
    setAddress({ alert: 'another' })
    expect(chosenIncidents()).toBeNull()
  })
})
