// The draft of a report in the storage of the browser: it outlives a reload and a lost tab. Private
// texts are never in it, nor a correction, which may have private texts of the report. It is removed
// once the report is sent, at sign-out, and when somebody else signs in.

import { blankReport, type ReportDraft } from '../records/report.ts'

const storageKey = 'tocsin-report-draft'

interface Stored {
  /** Id of the key that typed it. */
  readonly by: string
  readonly draft: Partial<ReportDraft>
}

/** Does nothing where the browser has no storage or no room: the draft is then only in the page. */
export function storeDraft(by: string, { narrative, link, of, ...draft }: ReportDraft): void {
  if (of !== undefined) return
  const stored: Stored = { by, draft }
  try {
    localStorage.setItem(storageKey, JSON.stringify(stored))
  } catch {
    removeStoredDraft()
  }
}

/** The draft that this key typed, or null. The draft of another key is removed. */
export function readStoredDraft(by: string): ReportDraft | null {
  const stored = parseStored(readStorage())
  if (stored?.by === by) return { ...blankReport(''), ...stored.draft }
  removeStoredDraft()
  return null
}

export function removeStoredDraft(): void {
  try {
    localStorage.removeItem(storageKey)
  } catch {
    // Without storage there is no draft in it.
  }
}

/** The reference of a draft that another tab removed from the storage; null for any other event. */
export function readRemovedDraft({
  key,
  oldValue,
  newValue
}: Pick<StorageEvent, 'key' | 'oldValue' | 'newValue'>): string | null {
  if (key !== storageKey || newValue !== null) return null
  return parseStored(oldValue)?.draft.externalId ?? null
}

function readStorage(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}

function parseStored(text: string | null): Stored | null {
  try {
    return text === null ? null : (JSON.parse(text) as Stored)
  } catch {
    // An older version wrote it.
    return null
  }
}
