// Notices of the browser: one for alerts that page together, none for who looks at the page.

import '../support/a-page.ts'
import { beforeEach, expect, it, vi } from 'vitest'
import type { CallingAlert } from '../../src/change/alert-changes.ts'
import { noticePermission, notifyInBrowser, notifyOnPage } from '../../src/state/notices.ts'
import { words } from '../../src/words/words.ts'

let shown: { readonly title: string; readonly tag: string | undefined }[] = []
let isLookedAt = false

class ShownNotice {
  constructor(title: string, { tag }: NotificationOptions) {
    shown.push({ title, tag })
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  shown = []
  isLookedAt = false
  noticePermission.value = 'granted'
  Object.assign(globalThis, { Notification: ShownNotice })
  Object.assign(document, { hasFocus: () => isLookedAt })
  return () => vi.useRealTimers()
})

const call = (alertId: string, severity: CallingAlert['severity']): CallingAlert => ({
  ...{ alertId, severity, headline: `Siege of ${alertId}`, isNew: true }
})

it('names the gravest of alerts that page together', () => {
  notifyOnPage(call('a', 'severe'))
  notifyOnPage(call('b', 'extreme'))
  vi.advanceTimersByTime(1_500)
  expect(shown).toEqual([
    { title: words.say.many(2, 0, words.severities.extreme, 'Siege of b'), tag: 'b' }
  ])
})

it('counts as unsupported where the browser allows notices but makes none, as on phones', () => {
  const Refusing = () => {
    throw new TypeError('Illegal constructor')
  }
  Object.assign(globalThis, { Notification: Refusing })
  notifyInBrowser({ alertId: 'a', title: 'Ben has assigned this to you.' })
  expect(noticePermission.peek()).toBe('unsupported')
})

it('shows none to who looks at the page, or has not allowed it', () => {
  const notice = { alertId: 'a', title: 'Ben has assigned this to you.' }
  isLookedAt = true
  notifyInBrowser(notice)
  isLookedAt = false
  noticePermission.value = 'denied'
  notifyInBrowser(notice)
  expect(shown).toEqual([])
  noticePermission.value = 'granted'
  notifyInBrowser(notice)
  expect(shown).toEqual([{ title: notice.title, tag: 'a' }])
})
