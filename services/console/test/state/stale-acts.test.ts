// On a page that is not live nothing is sent that rests on what it shows; what rests on what was
// typed alone is.

import './a-suite.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { isLive } from '../../src/state/console-state.ts'
import type { Command } from '../../src/state/forms.ts'
import * as silences from '../../src/state/silences.ts'
import * as subscriptions from '../../src/state/subscriptions.ts'
import * as watches from '../../src/state/watches.ts'
import { words } from '../../src/words/words.ts'
import { thePageIsLive, thePageIsStale } from './a-live-page.ts'

let asked = 0

async function press({ send }: Command): Promise<unknown> {
  return send(
    async () => {
      asked += 1
      return { kind: 'ok', status: 200, body: {} }
    },
    () => 'Done.'
  )
}

const onSeen: Readonly<Record<string, Command>> = {
  'a roster is changed': watches.watchForm,
  'a watch is withdrawn': watches.withdrawing,
  'a silence is made': silences.newSilence,
  'a silence is ended': silences.ending,
  'a subscription is changed': subscriptions.changedSubscription,
  'a subscription is paused or removed': subscriptions.acting,
  'a delivery is sent again': subscriptions.replaying
}

const onTyped: Readonly<Record<string, Command>> = {
  'a watch is made': watches.newWatch,
  'a subscription is made': subscriptions.newSubscription,
  'a secret is replaced': subscriptions.rotating
}

beforeEach(() => {
  asked = 0
  thePageIsLive()
})

describe('while the page is not live', () => {
  it.each(Object.entries(onSeen))('not: %s', async (_what, act) => {
    thePageIsStale()
    expect([isLive.value, act.canSend.value, await press(act), asked]).toEqual([
      false,
      false,
      null,
      0
    ])
    expect(act.state.peek()).toMatchObject({ kind: 'refused', text: words.stale.actsWait })
    thePageIsLive()
    expect([act.canSend.value, await press(act), asked]).toEqual([true, { body: {} }, 1])
  })

  it.each(Object.entries(onTyped))('%s', async (_what, act) => {
    thePageIsStale()
    expect([act.canSend.value, await press(act), asked]).toEqual([true, { body: {} }, 1])
  })
})
