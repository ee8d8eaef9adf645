// Notices of the browser, for who does not look at the page: what pages, and what was assigned to who
// is signed in. The browser keeps whether it may.

import { signal } from '@preact/signals'
import { burstWords, type CallingAlert } from '../change/alert-burst.ts'
import { severityRank } from '../shown/shown-alert.ts'
import { openAlert } from './current-view.ts'

type Permission = NotificationPermission | 'unsupported'

const isSupported = typeof Notification === 'function'
/** Whether the browser shows notices; `default`: it asks when somebody presses. */
export const noticePermission = signal<Permission>(
  isSupported ? Notification.permission : 'unsupported'
)

/** By a press, as browsers demand. */
export async function allowNotices(): Promise<void> {
  if (isSupported) noticePermission.value = await Notification.requestPermission()
}

interface Notice {
  readonly alertId: string
  readonly title: string
  readonly body?: string
}

export function notifyInBrowser({ alertId, title, body = '' }: Notice): void {
  if (noticePermission.peek() !== 'granted' || document.hasFocus()) return
  // One of an alert replaces the one before.
  const notice = new Notification(title, { body, tag: alertId })
  notice.onclick = () => {
    window.focus()
    openAlert(alertId)
    notice.close()
  }
}

const gatherMs = 1_500
let gathered: CallingAlert[] = []

/** Alerts that page together are one notice, of the gravest. */
export function notifyOnPage(call: CallingAlert): void {
  gathered.push(call)
  if (gathered.length > 1) return
  setTimeout(() => {
    const calls = gathered
    gathered = []
    const gravest = calls.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))[0]
    if (gravest !== undefined)
      notifyInBrowser({ alertId: gravest.alertId, title: burstWords(calls) })
  }, gatherMs)
}

const icons = {
  plain: new URL('../style/icon.svg', import.meta.url).href,
  marked: new URL('../style/icon-marked.svg', import.meta.url).href
} as const

/** The mark of the tab, and of an installed page: that something is unacknowledged. */
export function markPage(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (icon !== null) icon.href = count > 0 ? icons.marked : icons.plain
  if ('setAppBadge' in navigator) void navigator.setAppBadge(count)
}
