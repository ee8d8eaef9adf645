// What officers send: followed until it is decided, sent again as it was, and nothing typed lost on
// the way.

import './a-suite.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  act,
  acting,
  blankDraft,
  changeDraft,
  clearDraft,
  isReady,
  makeDraft,
  openAct,
  openedAct,
  whyNotNow
} from '../../src/state/acts.ts'
import { setAddress } from '../../src/state/address.ts'
import {
  bulk,
  bulkDraft,
  formatSummary,
  isAskedTwice,
  sendBulk
} from '../../src/state/bulk-acts.ts'
import { nowMs, picture } from '../../src/state/console-state.ts'
import { selection } from '../../src/state/queue-state.ts'
import { anAlert } from '../support/an-alert.ts'
import { draw } from './a-live-page.ts'
import { aProblem, held, soon, suiteAnswers } from './a-suite.ts'

const alert = anAlert()
const done = () => Response.json({ ...alert, operatorRevision: 1 })
const pending = () => Response.json({ actionId: 'act-1', state: 'pending' }, { status: 202 })
const outcome = () => acting.stateOf('a1')
const pass = () => {
  nowMs.value += 60_000
}

/** What is sent, in order, as it is answered in turn. */
function listening(...answers: readonly (() => Response | Promise<Response>)[]) {
  const sent: { path: string; body: unknown; ifMatch?: string; retryKey?: string }[] = []
  suiteAnswers((path, { method, body, headers }) => {
    if (method !== 'POST') return aProblem(404)
    const { 'if-match': ifMatch, 'idempotency-key': retryKey } = headers as Record<string, string>
    sent.push({ path, body: JSON.parse(String(body)), ifMatch, retryKey } as (typeof sent)[0])
    return (answers[sent.length - 1] ?? done)()
  })
  return sent
}

describe('an act', () => {
  beforeEach(() => {
    clearDraft('a1')
    changeDraft('a1', { act: 'comment', note: 'Seen.', handling: 'partners' })
  })

  it('leaves its kind and its readers, so that a second remark is a remark too', async () => {
    listening()
    await act(alert)
    expect(makeDraft('a1')).toMatchObject({ act: 'comment', note: '', handling: 'partners' })
  })

  it('is told as done until somebody does something else, or its alert is left', async () => {
    listening()
    await act(alert)
    expect(outcome().kind).toBe('done')
    const sees = (operatorRevision: number) => {
      draw({ ...alert, operatorRevision, revision: operatorRevision + 2 })
    }
    sees(1)
    expect(outcome().kind).toBe('done')
    sees(2)
    expect(outcome().kind).toBe('idle')
    changeDraft('a1', { note: 'Seen again.' })
    setAddress({ alert: 'a1' })
    listening(() => Response.json({ ...alert, operatorRevision: 3 }))
    await act({ ...alert, operatorRevision: 2 })
    expect(outcome().kind).toBe('done')
    setAddress({ alert: null })
    expect(outcome().kind).toBe('idle')
    picture.clear()
  })

  it('is sent of now alone, and of a page that is live', () => {
    expect([whyNotNow(true, false), whyNotNow(false, false)]).toEqual([null, expect.any(String)])
    for (const isLive of [true, false]) expect(whyNotNow(isLive, true)).toContain('earlier version')
  })

  it('that closes an alert says what it was: nobody is taken to have meant that it was true', async () => {
    changeDraft('a1', { act: 'resolution' })
    expect(isReady(makeDraft('a1'))).toBe(false)
    changeDraft('a1', { disposition: 'false-alarm' })
    expect(isReady(makeDraft('a1'))).toBe(true)
    const before = bulkDraft.value
    const sent = listening()
    selection.value = new Map([['a1', 0]])
    bulkDraft.value = { ...before, act: 'resolution' }
    await sendBulk()
    expect(sent).toEqual([])
    const asked = [isAskedTwice(bulkDraft.value, 1), isAskedTwice(bulkDraft.value, 2)]
    expect([...asked, isAskedTwice(before, 2)]).toEqual([false, true, false])
    bulkDraft.value = before
    selection.value = new Map()
  })

  it('closes its form, unless something was typed for another act meanwhile', async () => {
    listening()
    openAct('a1', 'give-back')
    await act(alert)
    expect(openedAct('a1')).toBeNull()
    const slow = held()
    listening(() => slow.promise)
    openAct('a1', 'comment')
    changeDraft('a1', { note: 'Seen.' })
    const asked = act({ ...alert, operatorRevision: 1 })
    openAct('a1', 'response')
    changeDraft('a1', { note: 'Warned.' })
    slow.answer(done())
    await asked
    expect([openedAct('a1'), makeDraft('a1').note]).toEqual(['response', 'Warned.'])
    clearDraft('a1')
  })

  it('that is pressed without a form sends no word of what is typed, and leaves it', async () => {
    const sent = listening()
    changeDraft('a1', { act: 'comment', note: 'Half a sen' })
    await act(alert, { ...blankDraft, until: 'none' })
    expect([sent.at(-1)?.body, makeDraft('a1').note]).toEqual([
      { handling: 'internal' },
      'Half a sen'
    ])
    clearDraft('a1')
  })

  it('leaves what was typed while it was on its way', async () => {
    const slow = held()
    listening(() => slow.promise)
    const asked = act(alert)
    changeDraft('a1', { note: 'Seen. The road is shut.' })
    slow.answer(done())
    await asked
    expect(makeDraft('a1').note).toBe('Seen. The road is shut.')
  })

  it('that was not answered is sent again as it was, whatever has become of the alert and the time since', async () => {
    changeDraft('a1', { act: 'acknowledgement' })
    const cut = () => {
      throw new TypeError('network')
    }
    const sent = listening(cut, () => aProblem(504), done, done)
    await act(alert)
    expect([outcome().kind, makeDraft('a1').note]).toEqual(['refused', 'Seen.'])
    pass()
    await act({ ...alert, operatorRevision: 1 })
    await act({ ...alert, operatorRevision: 1 })
    expect([sent[1], sent[2]]).toEqual([sent[0], sent[0]])
    expect([outcome().kind, makeDraft('a1').note]).toEqual(['done', ''])
    changeDraft('a1', { note: 'Seen.' })
    await act({ ...alert, operatorRevision: 1 })
    expect(sent[3]?.ifMatch).toBe('"1"')
    expect(sent[3]?.retryKey).not.toBe(sent[0]?.retryKey)
  })

  describe('that is stored and not decided', () => {
    let state: object = {}
    beforeEach(() => {
      state = { state: 'pending' }
      suiteAnswers((path, { method }) => {
        if (method === 'POST') return pending()
        return path === '/v1/actions/act-1'
          ? Response.json({ actionId: 'act-1', ...state })
          : aProblem(404)
      })
    })

    it('is followed until it is done; until then its words stay', async () => {
      const asked = act(alert)
      await soon(() => outcome().kind).toBe('pending')
      pass()
      expect(makeDraft('a1').note).toBe('Seen.')
      state = { state: 'done' }
      // Each look of the clock asks once more.
      await soon(() => {
        pass()
        return outcome()
      }).toEqual({ kind: 'done', text: 'Comment stored.' })
      await asked
      expect(makeDraft('a1').note).toBe('')
    })

    it('and is refused later says why, and its words stay', async () => {
      void act(alert)
      await soon(() => outcome().kind).toBe('pending')
      const since = '2026-03-01T12:00:00.000Z'
      state = { state: 'refused', reason: 'alert-closed', by: 'Ben', since }
      await soon(() => {
        pass()
        return outcome().kind
      }).toBe('refused')
      expect(JSON.stringify(outcome())).toContain(
        'The alert was resolved before. Ben came first, at 1 Mar 2026, 12:00 UTC.'
      )
      expect(makeDraft('a1').note).toBe('Seen.')
    })

    it('for many is neither done nor not, and told of when it is decided', async () => {
      picture.takePart([alert], { isFirst: true, isLast: true })
      selection.value = new Map([['a1', 0]])
      bulkDraft.value = { ...bulkDraft.value, note: 'End of shift.' }
      await sendBulk()
      const results = () => (bulk.value?.kind === 'told' ? bulk.value.results : [])
      expect(results()).toMatchObject([{ alertId: 'a1', state: 'pending' }])
      expect(formatSummary(results())).toContain('Not decided yet for 1 alert')
      expect([selection.value.size, bulkDraft.value.note]).toEqual([0, 'End of shift.'])
      state = { state: 'refused', reason: 'alert-closed' }
      await soon(() => {
        pass()
        return results()[0]?.state
      }).toBe('refused')
      expect([selection.value.has('a1'), bulkDraft.value.note]).toEqual([true, 'End of shift.'])
    })
  })

  it('for many leaves what was typed into its note while it was on its way', async () => {
    const slow = held()
    listening(() => slow.promise)
    picture.takePart([alert], { isFirst: true, isLast: true })
    selection.value = new Map([['a1', 0]])
    bulkDraft.value = { ...bulkDraft.value, note: 'End' }
    const asked = sendBulk()
    bulkDraft.value = { ...bulkDraft.value, note: 'End of shift' }
    slow.answer(done())
    await asked
    expect([bulk.value?.kind, bulkDraft.value.note]).toEqual(['told', 'End of shift'])
  })
})
