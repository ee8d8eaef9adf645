// Another key signs in where one was signed in before: nothing of what the former saw is shown, or
// comes later.

import './a-suite.ts'
import { beforeEach, describe, expect, it } from 'vitest'
import { silences } from '../../src/http/silences.ts'
import { suite } from '../../src/http/suite.ts'
import { acting } from '../../src/state/acts.ts'
import { politely } from '../../src/state/announcements.ts'
import { canaryAtMs, missed, picture, sourceList } from '../../src/state/console-state.ts'
import { changeDraft, makeDraft } from '../../src/state/drafts.ts'
import { heldSecrets, keyList } from '../../src/state/keys.ts'
import '../../src/state/incidents/incident-acts.ts'
import { pickAll, selection } from '../../src/state/selection.ts'
import { signedInAs } from '../../src/state/session/of-key.ts'
import { madeReport } from '../../src/state/shift-report.ts'
import { subscriptions } from '../../src/state/webhooks/subscriptions.ts'
import { toldToOfficers } from '../../src/state/webhooks/told.ts'
import { anAlert } from '../support/an-alert.ts'
import { ama, held, soon, suiteAnswers } from './a-suite.ts'

describe('what Ama has seen and typed', () => {
  beforeEach(async () => {
    signedInAs({ ...ama, name: 'nobody' })
    signedInAs(ama)
    picture.takePart([anAlert()], { isFirst: true, isLast: true })
    picture.addKnown([anAlert({ alertId: 'closed', status: 'resolved' })])
    const alerts = [{ kind: 'raised' as const, alert: anAlert(), changes: [] }]
    missed.value = { fromMs: 1, toMs: 2, alerts }
    canaryAtMs.value = 1
    const ok = { kind: 'ok', status: 200, body: null, staleSince: null, etag: null } as const
    await acting.send(
      async () => ok,
      () => 'Closed.',
      { of: 'a1' }
    )
    politely.value = 'New: severe: Siege of Diosso'
    madeReport.value = {} as never
    pickAll([{ alert: anAlert(), folded: [] }] as never)
    suiteAnswers(() => Response.json({ items: [{}], next: null }))
    for (const each of [keyList, subscriptions, sourceList, toldToOfficers]) await each.load()
    changeDraft('a1', { note: 'Half a sen' })
    heldSecrets.value = [{ title: '', value: 'tk_1', more: '' }]
  })

  const seen = () => [
    picture.alerts.size,
    missed.value?.alerts.length ?? 0,
    canaryAtMs.value ?? 0,
    acting.stateOf('a1').kind === 'done' ? 1 : 0,
    politely.value.length,
    madeReport.value === null ? 0 : 1,
    selection.value.size,
    ...[keyList, subscriptions, sourceList, toldToOfficers].map(({ state }) =>
      state.value.body === null ? 0 : 1
    )
  ]
  const kept = ['Half a sen', 1]
  const typed = () => [makeDraft('a1').note, heldSecrets.value.length]

  it('stays while it is the same key that signs in again', () => {
    const before = seen()
    signedInAs({ ...ama })
    expect(before.every(count => count > 0)).toBe(true)
    expect([seen(), typed()]).toEqual([before, kept])
  })

  it.each([
    { id: 'k2' },
    { handling: 'public' },
    { scopes: ['reports:write'] },
    { theatres: ['sahel'] }
  ])('is not shown to another key of hers, but what she typed is: %o', rights => {
    signedInAs({ ...ama, ...rights })
    expect(seen().filter(count => count > 0)).toEqual([])
    expect(typed()).toEqual(kept)
  })

  it('is not shown to somebody else at all', () => {
    signedInAs({ ...ama, id: 'k2', name: 'Ben' })
    expect(seen().filter(count => count > 0)).toEqual([])
    expect(typed()).toEqual(['', 0])
  })

  it('goes under another Idempotency-Key once another key is signed in, which may not know what the one before has asked', async () => {
    const keys: unknown[] = []
    suiteAnswers((_, { headers }) => {
      keys.push((headers as Record<string, string>)['idempotency-key'])
      throw new Error('the answer is lost')
    })
    const post = () => silences.create({ reason: 'Exercise', minutes: 60 })
    await post()
    await post()
    signedInAs({ ...ama, id: 'k2' })
    await post()
    expect(keys).toEqual([keys[0], keys[0], expect.any(String)])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('does not come later: what was asked before is answered to nobody', async () => {
    const slow = held()
    suiteAnswers(() => slow.promise)
    const answers: string[] = []
    void suite.closed('').then(() => answers.push('of the key before'))
    signedInAs({ ...ama, id: 'k2' })
    void suite.closed('').then(() => answers.push('of this key'))
    slow.answer(Response.json({ items: [], next: null }))
    await soon(() => answers).toEqual(['of this key'])
  })
})

/**
 * Module by module what is held of the page itself, or forgotten by hand where `onOtherKey` is
 * called.
 */
const known: Readonly<Record<string, string>> = {
  'http/answers.ts': 'tellClock era known',
  'http/page-time.ts': 'pageClock',
  'http/post-once.ts': 'unanswered',
  'state/acts.ts': 'doneRevisions lastChosen unanswered',
  'state/address.ts': 'address',
  'state/adjoining.ts': 'adjoining',
  'state/alert-detail.ts':
    'detail behind chosen wasLive asking wanted gathering isGathering failures failedAtMs askedFor',
  'state/announcements.ts': 'gathered gravest',
  'state/browser-notices.ts': 'noticePermission gathered',
  'state/changed-lists.ts': 'readers',
  'state/console-state.ts':
    'signedIn doubtedSinceMs nowMs clockAheadMs toldAheadMs machineAheadMs offlineSinceMs pictureAge waitMs isDue picture closedWords closedAddedMs',
  'state/shift-report.ts': 'shownAtMs turn',
  'state/language.ts': 'isNotLoaded',
  'state/live-link.ts':
    'client beforeGap liveSinceMs isClosedAsked silenceTimer beforeSnapshot readyAsked readyTaken namesAskedIn',
  'state/looked.ts': 'open',
  'state/queue-state.ts':
    'hasFocus isPointing pointing isScrolled heldNows mapDueMs mapDue lastAsked wasWhole areChoicesDue',
  'state/queue/closed-search.ts': 'due',
  'state/rules/preview-progress.ts': 'waiting',
  'state/selection.ts': 'lastId',
  'state/session/of-key.ts': 'ofKeys ofPeople last',
  'state/session.ts': 'goLive resuming resumeTimer',
  'state/session/session-renewal.ts': 'timer',
  'state/session/typed.ts': 'held',
  'state/sound.ts':
    'wanted isBlocked soundings context last called unheard heardMs unheardFromMs catchingUpMs caughtUpMs lostSinceMs lostSaidMs lostSoundings',
  'view/shell/keys.tsx': 'lastAt',
  'view/lazy-view.tsx': 'loaded',
  'view/map/map-files.ts': 'files mapTowns mapFrames',
  'view/map/map-shown.tsx': 'isRoomy',
  'view/map/overview.tsx': 'focused',
  'view/parts/later.tsx': 'later'
}

describe('what a module of the page holds', () => {
  const sources = import.meta.glob('../../src/{http,state,view}/**/*.{ts,tsx}', {
    query: '?raw',
    import: 'default',
    eager: true
  })

  it('begins anew with another key, or is known to be of the page', () => {
    const mutable =
      /^(?:export )?(?:let (\w+)|const (\w+)(?:: .+?)? = (?:signal\b|new (?!Intl)[A-Z]|\[\]))/gm
    const found = Object.entries(sources).flatMap(([path, text]) => {
      const names = [...String(text).matchAll(mutable)].map(([, one, other]) => one ?? other)
      return names.length === 0 ? [] : [[path.replace('../../src/', ''), names.join(' ')] as const]
    })
    expect(found.length).toBeGreaterThan(10)
    expect(Object.fromEntries(found)).toEqual(known)
  })
})
